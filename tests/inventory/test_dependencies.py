"""A secret is rotated after what it depends on, and dependencies never go round in a circle."""

from __future__ import annotations

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.test import Client

from audit.acts import acting
from audit.models import ChangeSet
from inventory.models import Dependency, Secret
from inventory.ordering import in_circles, needed_first
from tests.admin_pages import address_of, sent_back
from tests.factories import make_secret


def add(secret: Secret, depends_on: Secret) -> Dependency:
    with acting(actor=None, source=ChangeSet.Source.SYSTEM, reason="Made for a test"):
        return Dependency.objects.create(secret=secret, depends_on=depends_on)


def three() -> list[Secret]:
    return [make_secret(name=f"prod/stripe/{name}") for name in ("first", "second", "third")]


@pytest.mark.django_db
def test_a_circle_is_refused_by_the_form_and_its_way_is_named() -> None:
    first, second, third = three()
    add(second, first)
    add(third, second)

    with pytest.raises(ValidationError) as refused:
        Dependency(secret=first, depends_on=third).full_clean()

    words = "prod/stripe/first after prod/stripe/third after prod/stripe/second after prod/stripe/first"
    assert refused.value.message_dict == {
        "depends_on": [f"This would go round in a circle: {words}. Take one of these dependencies away first."]
    }


@pytest.mark.django_db
def test_a_circle_is_refused_whoever_writes_it() -> None:
    first, second, third = three()
    add(second, first)
    row = add(third, second)
    with acting(actor=None, source=ChangeSet.Source.SYSTEM, reason="Made for a test"):
        for write in (
            lambda: Dependency(secret=first, depends_on=third).save(),
            lambda: Dependency.objects.bulk_create([Dependency(secret=first, depends_on=third)]),
            lambda: Dependency.objects.filter(pk=row.pk).update(secret=first, depends_on=second),
        ):
            with pytest.raises(ValidationError), transaction.atomic():
                write()

    assert list(Dependency.objects.order_by("pk").values_list("secret", "depends_on")) == [
        (second.pk, first.pk),
        (third.pk, second.pk),
    ]


@pytest.mark.django_db
def test_a_circle_within_one_bulk_write_is_refused() -> None:
    first, second, third = three()
    pairs = [(first, second), (second, third), (third, first)]

    with pytest.raises(ValidationError), acting(actor=None, source=ChangeSet.Source.SYSTEM, reason="Made for a test"):
        Dependency.objects.bulk_create([Dependency(secret=one, depends_on=other) for one, other in pairs])


@pytest.mark.django_db
def test_no_secret_depends_on_itself_whoever_writes_it() -> None:
    first = make_secret()

    with pytest.raises(IntegrityError), transaction.atomic():
        models.QuerySet(Dependency).bulk_create([Dependency(secret=first, depends_on=first)])
    with pytest.raises(ValidationError, match="cannot depend on itself"):
        Dependency(secret=first, depends_on=first).full_clean()


@pytest.mark.django_db
def test_a_dependency_may_be_turned_round_in_one_step() -> None:
    first, second, _ = three()
    row = add(second, first)
    row.secret, row.depends_on = first, second

    row.full_clean()
    with acting(actor=None, source=ChangeSet.Source.SYSTEM, reason="The other way"):
        row.save()

    assert str(row) == "prod/stripe/first after prod/stripe/second"


@pytest.mark.django_db
def test_the_admin_refuses_a_circle_at_its_field(as_security: Client) -> None:
    first, second, _ = three()
    add(second, first)
    address = address_of(Secret, "change", first.pk)
    sent = sent_back(as_security, address) | {
        "dependencies-TOTAL_FORMS": "1",
        "dependencies-0-secret": str(first.pk),
        "dependencies-0-depends_on": str(second.pk),
        "change_reason": "They are one",
    }

    answer = as_security.post(address, sent)

    assert answer.status_code == 200
    assert "This would go round in a circle" in answer.content.decode()
    assert Dependency.objects.count() == 1


@pytest.mark.django_db
def test_the_page_of_a_secret_says_what_comes_before_and_after_it(as_security: Client) -> None:
    first, second, third = three()
    add(second, first)
    add(third, second)

    page = as_security.get(second.get_absolute_url())

    assert (page.context["needs"], page.context["needed_by"]) == ([first], [third])
    assert ("Rotated after" in page.content.decode(), "Rotated before" in page.content.decode()) == (True, True)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_writers_at_once_close_no_circle() -> None:
    first, second, _ = three()
    ready, outcomes = threading.Barrier(2), []

    def write(one: Secret, other: Secret) -> None:
        try:
            ready.wait()
            add(one, other)
            outcomes.append("added")
        except ValidationError:
            outcomes.append("refused")
        finally:
            connection.close()

    writers = [threading.Thread(target=write, args=pair) for pair in ((first, second), (second, first))]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(timeout=30)

    assert sorted(outcomes) == ["added", "refused"]


def test_circles_are_found_and_what_only_leads_to_them_is_not() -> None:
    needs = {1: [2], 2: [3], 3: [2], 4: [3], 5: [4, 6], 6: [], 7: [7]}

    assert in_circles(needs) == {2, 3, 7}


def test_a_long_chain_is_put_in_order() -> None:
    needs = {key: [key + 1] for key in range(20_000)} | {20_000: []}

    assert needed_first(needs) == list(range(20_000, -1, -1))
    assert in_circles(needs) == frozenset()
