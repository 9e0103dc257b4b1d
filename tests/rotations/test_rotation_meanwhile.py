"""What somebody else did meanwhile, and what can be taken back or moved."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from contacts.models import Person
from rotations.models import Rotation
from tests.factories import make_rotation
from tests.rotations.pages import said, today


def test_nothing_is_recorded_elsewhere_when_the_rotation_was_cancelled_meanwhile(
    as_security: Client, rotation: Rotation, owner: Person
) -> None:
    page, secret = rotation.get_absolute_url(), rotation.items.order_by("secret__name")[0].secret
    other = make_rotation(secrets=(secret,), planned_on=today() + timedelta(days=40))
    said(as_security, f"{page}cancel/", reason="Not now")

    sent = {"ids": secret.pk, "on": "today", "confirm": "yes", "rotation": rotation.pk, "next": page}
    answer = as_security.post("/rotations/record/", sent).content.decode()

    assert "This rotation is cancelled by now. Nothing was recorded." in answer
    assert [item.outcome for item in other.items.all()] == ["open"]
    assert Rotation.objects.count() == 2


def test_nothing_is_recorded_elsewhere_when_the_secret_was_set_aside_meanwhile(
    as_security: Client, rotation: Rotation
) -> None:
    page, item = rotation.get_absolute_url(), rotation.items.order_by("secret__name")[0]
    said(as_security, f"{page}set-aside/", ids=item.secret_id, outcome="skipped", reason="Not in use")

    sent = {"ids": item.secret_id, "on": "today", "confirm": "yes", "rotation": rotation.pk, "next": page}
    answer = as_security.post("/rotations/record/", sent).content.decode()

    assert f"{item.secret} is skipped in this rotation by now. Nothing was recorded." in answer


def test_what_was_said_can_be_taken_back_from_the_page_for_ten_minutes(
    as_security: Client, rotation: Rotation, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, item = rotation.get_absolute_url(), rotation.items.order_by("secret__name")[0]
    sent = {"ids": item.secret_id, "on": "today", "confirm": "yes", "rotation": rotation.pk, "next": page}
    said(as_security, "/rotations/record/", **sent)
    said(as_security, f"{page}verify/", item=item.pk)
    said(as_security, f"{page}revoke/", item=item.pk)
    as_security.get(page)
    undo = (f'Undo<span class="vh"> that {item.secret} is verified', f"that the old one of {item.secret} is revoked")

    shown = as_security.get(page).content.decode()
    said(as_security, f"{page}cancel/", reason="By mistake")
    ended = as_security.get(page).content.decode()
    later = timezone.now() + timedelta(minutes=11)
    monkeypatch.setattr(timezone, "now", lambda: later)
    late = as_security.get(page).content.decode()

    assert [words in shown for words in undo] == [True, True]
    assert [words in late for words in undo] == [False, False]
    assert ("Take that back" in shown, "Take that back" in ended, "Take that back" in late) == (False, True, False)


def test_a_day_is_planned_with_what_is_to_be_known_of_it(as_security: Client, rotation: Rotation) -> None:
    page = rotation.get_absolute_url()
    saturday = today() + timedelta(days=(5 - today().weekday()) % 7 + 7)

    past = said(as_security, f"{page}plan/", on=str(today() - timedelta(days=1)))
    planned = said(as_security, f"{page}plan/", on=str(saturday))

    assert "Choose today or a day to come." in past
    assert f"Planned for Saturday {saturday}. Calendars follow. That is no working day." in planned


def test_whoever_removes_a_step_second_is_told(as_security: Client, rotation: Rotation) -> None:
    said(as_security, f"{rotation.get_absolute_url()}steps/", words="Call the vendor")
    step = rotation.tasks.get(words="Call the vendor")
    said(as_security, f"/rotations/steps/{step.pk}/remove/")

    again = [said(as_security, f"/rotations/steps/{step.pk}/{act}/") for act in ("remove", "tick")]

    assert again == [["Somebody removed this step a moment ago. Nothing was changed."]] * 2
    assert as_security.post("/rotations/steps/999/remove/").status_code == 404


def test_a_rotation_under_way_is_moved_while_something_is_to_do(as_security: Client, rotation: Rotation) -> None:
    page, items = rotation.get_absolute_url(), list(rotation.items.order_by("pk"))

    def record(*keys: int) -> str:
        sent = {"ids": keys, "on": "today", "confirm": "yes", "rotation": rotation.pk, "next": page}
        said(as_security, "/rotations/record/", **sent)
        return as_security.get(page).content.decode()

    begun = record(items[0].secret_id)
    words = said(as_security, f"{page}plan/", on=today() + timedelta(days=9))
    done = record(*(item.secret_id for item in items[1:]))

    assert ("Move it" in begun, "Move it" in done) == (True, False)
    assert words[0].startswith("Planned for ")
    assert Rotation.objects.get().state == "in_progress"
