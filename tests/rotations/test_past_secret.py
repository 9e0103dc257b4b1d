"""The page of one secret on a past day."""

from __future__ import annotations

import re

import pytest
from django.test import override_settings
from django.utils import timezone

from audit.acts import acting
from inventory.models import Dependency, Secret, SecretType
from rotations.models import RotationItem
from rotations.recording import record_rotation
from tests.factories import make_consumer, make_person, make_secret, make_team, make_type, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sealed_acts")]
THEN = "2026-06-30"
PAGE = "/secrets/prod/stripe/key/"


@pytest.fixture
def at():
    """`with at(6, 1):` is an act on that day of 2026."""
    with override_settings(DEMO=True):
        yield lambda month, day, actor=None: acting(
            actor=actor,
            source="web" if actor else "system",
            reason="Told for a test",
            at=timezone.make_aware(timezone.datetime(2026, month, day, 12)),
        )


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode()))


@pytest.fixture
def secret(at, security):
    with at(6, 1):
        lead = make_person(name="Lea Lead")
        team = make_team(name="Ops", lead=lead)
        kind = make_type(name="API Keys", rotation_interval_days=30, responsible_team=team)
        secret = make_secret(
            name="prod/stripe/key", type=kind, owner=make_person(name="Olga Before"), purpose="Old use"
        )
        make_consumer(secret=secret, name="Old worker")
    with at(6, 10, security):
        record_rotation(
            secrets=[secret], on=timezone.datetime(2026, 6, 10).date(), by=security, today=timezone.localdate()
        )
    secret.refresh_from_db()
    return secret


def test_the_page_is_that_of_the_day(as_security, secret, at):
    with at(7, 2):
        secret.owner.name, secret.type.name = "Olga After", "New type"
        secret.owner.save()
        secret.type.save()
        secret.purpose = "New use"
        secret.save()
        secret.consumers.get().delete()
        SecretType.objects.update(rotation_interval_days=10)
        RotationItem.objects.update(note="Said later")

    shown = words(as_security.get(f"{PAGE}?as_of={THEN}"))

    for told in ("Olga Before", "Old use", "Old worker", "Lea Lead", "Every 30 days", "2026-07-10", "by Sam Security"):
        assert told in shown, told
    for later in ("Olga After", "New use", "New type", "Said later"):
        assert later not in shown, later
    assert "The register as it was at the end of 2026-06-30" in shown
    assert "2 changes by then" in shown


def test_its_standing_is_that_of_the_day(as_security, secret):
    assert "10 days overdue" in words(as_security.get(f"{PAGE}?as_of=2026-07-20"))


def test_nothing_can_be_done_and_links_keep_the_day(as_security, secret):
    html = as_security.get(f"{PAGE}?as_of={THEN}").content.decode()

    assert [button for button in ("Record rotation", "Hand over", ">Edit<") if button in html] == []
    assert f'href="/secrets/?as_of={THEN}"' in html


def test_before_it_was_added_there_is_no_page(as_security, secret):
    assert as_security.get(f"{PAGE}?as_of=2026-05-31").status_code == 404


@pytest.mark.parametrize("asked", ["2999-01-01", "x", ""])
def test_a_day_that_cannot_be_shown_leads_to_the_present_and_says_so(as_security, secret, asked):
    response = as_security.get(f"{PAGE}?as_of={asked}", follow=True)

    assert response.redirect_chain == [(PAGE, 302)]
    assert "This is the secret as it is now." in words(response)


def test_what_was_rotated_before_and_after_is_that_of_the_day(as_security, secret, at):
    with at(6, 20):
        before, after = make_secret(name="prod/stripe/signing"), make_secret(name="prod/stripe/webhook")
        first = Dependency.objects.create(secret=secret, depends_on=before)
        Dependency.objects.create(secret=after, depends_on=secret)
    with at(7, 2):
        first.delete()
        Secret.objects.filter(pk=before.pk).update(status="retired")

    then, now = (words(as_security.get(page)) for page in (f"{PAGE}?as_of={THEN}", PAGE))

    assert "Rotated after prod/ stripe/ signing" in then
    assert "Rotated before prod/ stripe/ webhook" in then
    assert "Rotated after" not in now


def test_without_a_role_the_page_is_closed(client, outsider, secret):
    client.force_login(outsider)

    assert client.get(f"{PAGE}?as_of={THEN}").status_code == 403


@pytest.mark.parametrize("number", [1, 3])
def test_the_cost_does_not_grow(as_security, secret, number, security, at, django_assert_num_queries):
    for day in range(number):
        with at(6, 11 + day, security):
            make_consumer(secret=secret)
            make_secret(owner=make_person(account=make_user()))
            on = timezone.datetime(2026, 6, 11 + day).date()
            record_rotation(secrets=[secret], on=on, by=security, today=on)

    with django_assert_num_queries(19):
        as_security.get(f"{PAGE}?as_of={THEN}")
