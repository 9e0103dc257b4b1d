"""Rotations in the admin: what was recorded is not rewritten there, and feeds are revoked but never read out."""

from __future__ import annotations

import pytest
from django.test import Client

from audit.acts import acting
from audit.models import ChangeSet, User
from contacts.models import Person
from inventory.models import Secret
from rotations.completion import cancel
from rotations.feed_acts import make_feed
from rotations.models import CalendarFeed, Rotation, RotationItem
from rotations.recording import record_rotation
from tests.admin_pages import sent_back
from tests.factories import TODAY, make_rotation, make_secret

pytestmark = pytest.mark.django_db


def _in_an_act():
    return acting(actor=None, source=ChangeSet.Source.SYSTEM, reason="Made for a test")


@pytest.fixture
def planned(owner: Person) -> Rotation:
    return make_rotation(secrets=(make_secret(owner=owner), make_secret(owner=owner)), owner=owner)


def _address(rotation: Rotation) -> str:
    return f"/admin/rotations/rotation/{rotation.pk}/change/"


@pytest.fixture
def recorded(owner: Person, planned: Rotation) -> RotationItem:
    item = planned.items.order_by("pk").first()
    with _in_an_act():
        record_rotation(secrets=[item.secret], on=TODAY, by=owner.account, today=TODAY)
    return RotationItem.objects.get(pk=item.pk)


def test_an_item_cannot_be_set_to_rotated_past_recording(client: Client, security: User, planned: Rotation):
    client.force_login(security)
    typed = sent_back(client, _address(planned)) | {"items-0-outcome": "rotated", "change_reason": "To try it"}

    client.post(_address(planned), typed)

    assert set(planned.items.values_list("outcome", flat=True)) == {"open"}
    assert Secret.objects.filter(last_rotated_on__isnull=False).count() == 0


def test_an_item_is_set_to_skipped_with_a_note(client: Client, security: User, planned: Rotation):
    client.force_login(security)
    row = _row_of(client, planned, planned.items.order_by("pk").first())
    typed = {f"{row}-outcome": "skipped", f"{row}-note": "Goes away next week", "change_reason": "Not needed"}

    client.post(_address(planned), sent_back(client, _address(planned)) | typed)

    assert [(i.outcome, i.note) for i in planned.items.order_by("pk")] == [
        ("skipped", "Goes away next week"),
        ("open", ""),
    ]


def test_who_sets_a_mark_or_a_secret_aside_is_known(
    client: Client, security: User, planned: Rotation, recorded: RotationItem
) -> None:
    client.force_login(security)
    other = planned.items.exclude(pk=recorded.pk).get()
    done, failed = _row_of(client, planned, recorded), _row_of(client, planned, other)
    day = {f"{done}-verified_on": str(TODAY), f"{done}-old_revoked_on": str(TODAY)}
    typed = day | {f"{failed}-outcome": "failed", f"{failed}-note": "Down", "change_reason": "Seen in the log"}

    client.post(_address(planned), sent_back(client, _address(planned)) | typed)
    signed = [planned.items.get(pk=item.pk) for item in (recorded, other)]
    undone = sent_back(client, _address(planned)) | {f"{done}-verified_on": "", f"{failed}-outcome": "open"}
    client.post(_address(planned), undone | {"change_reason": "Not quite"})

    assert [(item.verified_by, item.old_revoked_by) for item in signed] == [(security, security), (None, None)]
    assert (signed[1].recorded_by, signed[1].recorded_at is None) == (security, False)
    again = [planned.items.get(pk=item.pk) for item in (recorded, other)]
    assert [(item.verified_by, item.recorded_by) for item in again] == [(None, recorded.recorded_by), (None, None)]


def _row_of(client: Client, rotation: Rotation, item: RotationItem) -> str:
    formset = client.get(_address(rotation)).context["inline_admin_formsets"][0].formset
    return next(form.prefix for form in formset.initial_forms if form.instance.pk == item.pk)


@pytest.mark.parametrize("typed", [{"outcome": "open"}, {"DELETE": "on"}])
def test_what_was_recorded_stays(client: Client, security: User, planned: Rotation, recorded: RotationItem, typed):
    client.force_login(security)
    row = _row_of(client, planned, recorded)
    changed = {f"{row}-{name}": value for name, value in typed.items()}

    client.post(_address(planned), sent_back(client, _address(planned)) | changed | {"change_reason": "To try it"})

    assert RotationItem.objects.get(pk=recorded.pk).outcome == "rotated"
    assert Secret.objects.get(pk=recorded.secret_id).last_rotated_on == TODAY


@pytest.mark.parametrize(("who", "status"), [("owner", 200), ("colleague", 403)])
def test_a_rotation_is_edited_by_who_leads_it(client: Client, request, planned: Rotation, who: str, status: int):
    client.force_login(request.getfixturevalue(who).account)

    assert client.post(_address(planned), {}).status_code == status


def test_a_plan_needs_a_day(client: Client, security: User, planned: Rotation):
    client.force_login(security)
    typed = sent_back(client, _address(planned)) | {"planned_on": "", "change_reason": "To try it"}

    answer = client.post(_address(planned), typed)

    assert "Choose the day it is planned for, or keep it as a draft." in answer.content.decode()


def test_feeds_are_shown_without_their_keys(client: Client, security: User, owner: Person):
    with _in_an_act():
        fresh = make_feed(by=owner.account, scope="mine")
    client.force_login(security)

    shown = client.get("/admin/rotations/calendarfeed/").content.decode()
    shown += client.get(f"/admin/rotations/calendarfeed/{fresh.feed.pk}/change/").content.decode()
    shown += client.get(f"/admin/rotations/calendarfeed/{fresh.feed.pk}/history/").content.decode()

    parts = (fresh.address, fresh.feed.key_prefix, fresh.feed.key_hash)
    assert [part for part in parts if part in shown] == []


def test_security_revokes_feeds_of_others(client: Client, security: User, owner: Person):
    with _in_an_act():
        feed = make_feed(by=owner.account, scope="mine").feed
    client.force_login(security)

    client.post("/admin/rotations/calendarfeed/", {"action": "revoke", "_selected_action": [feed.pk]})

    assert CalendarFeed.objects.get(pk=feed.pk).revoked_at is not None


def test_nobody_else_sees_or_revokes_somebodys_feeds(client: Client, auditor: User, owner: Person):
    with _in_an_act():
        feed = make_feed(by=owner.account, scope="mine").feed
    client.force_login(auditor)

    client.post("/admin/rotations/calendarfeed/", {"action": "revoke", "_selected_action": [feed.pk]})

    assert list(client.get("/admin/rotations/calendarfeed/").context["cl"].queryset) == []
    assert CalendarFeed.objects.get(pk=feed.pk).revoked_at is None


@pytest.mark.parametrize("state", ["complete", "cancelled"])
def test_how_a_rotation_ends_is_not_said_in_the_admin(
    client: Client, security: User, planned: Rotation, state: str
) -> None:
    client.force_login(security)
    sent = sent_back(client, _address(planned)) | {"state": state, "change_reason": "To try it"}

    page = client.post(_address(planned), sent).content.decode()

    assert "Completed and cancelled on the rotation" in page
    assert Rotation.objects.get().state == "planned"


def test_what_is_set_aside_in_the_admin_has_a_reason(client: Client, security: User, planned: Rotation) -> None:
    client.force_login(security)
    sent = sent_back(client, _address(planned)) | {"items-0-outcome": "skipped", "change_reason": "To try it"}

    refused = client.post(_address(planned), sent).content.decode()
    client.post(_address(planned), sent | {"items-0-note": "It goes away"})

    assert "Say why it failed, or was skipped or deferred." in refused
    assert sorted(planned.items.values_list("outcome", "note")) == [("open", ""), ("skipped", "It goes away")]


def test_a_rotation_of_the_admin_has_the_same_steps(client: Client, security: User) -> None:
    client.force_login(security)
    address = "/admin/rotations/rotation/add/"
    sent = sent_back(client, address) | {"planned_on": "2027-01-29", "change_reason": "Planned"}

    client.post(address, sent)

    assert Rotation.objects.get().tasks.count() == 5


def test_what_a_rule_refuses_is_said_on_the_form_with_what_was_typed(
    client: Client, security: User, planned: Rotation
) -> None:
    client.force_login(security)
    retired = make_secret(name="prod/stripe/gone", status="retired")
    sent = sent_back(client, _address(planned)) | {"notes": "Typed with care", "change_reason": "To try it"}
    sent |= {"items-TOTAL_FORMS": "3", "items-2-secret": str(retired.pk), "items-2-rotation": str(planned.pk)}

    answer = client.post(_address(planned), sent | {"items-2-outcome": "open"})

    page = answer.content.decode()
    assert (answer.status_code, planned.items.count()) == (200, 2)
    assert "prod/stripe/gone is retired. Set its status back first." in page
    assert "Typed with care" in page
    assert Rotation.objects.get(pk=planned.pk).notes == ""


def test_nothing_is_added_to_a_rotation_that_is_over(client: Client, security: User, planned: Rotation) -> None:
    def offers() -> list[bool]:
        inlines = client.get(_address(planned)).context["inline_admin_formsets"]
        return [inline.has_add_permission for inline in inlines]

    client.force_login(security)
    while_open = offers()
    with _in_an_act():
        cancel(rotation=planned, by=security, reason="Not needed")

    assert (while_open, offers()) == ([True, True], [False, False])
