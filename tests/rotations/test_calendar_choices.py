"""What a calendar holds is what its owner chose: reminders, alarms, clean-ups, and whose."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from rotations import completion
from rotations.agenda_entries import agenda_entries
from rotations.calendar import Alarm, event_bytes
from rotations.drafting import create_rotation
from rotations.models import Rotation, RotationTask
from rotations.rotation_entries import rotation_entries
from tests.factories import TODAY, make_person, make_rotation, make_secret, make_type
from tests.rotations.feed_factories import act, set_reminders, window

pytestmark = pytest.mark.django_db
PLANNED = TODAY + timedelta(days=40)


@pytest.fixture(autouse=True)
def _reminders(db):
    set_reminders(planning=30, preparation=7, clean_up=-1)


@pytest.fixture
def rotation(security):
    """A rotation with its checklist and its clean-up."""
    with act(actor=security):
        return create_rotation(secrets=[make_secret(name="prod/stripe/key")], by=security, planned_on=PLANNED)


def entries(account, **chosen):
    return sorted(rotation_entries(window(account, **chosen)), key=lambda entry: str(entry.start))


def kinds(account, **chosen) -> list[str]:
    return [entry.kind for entry in entries(account, **chosen)]


def clean_up_of(account, **asked):
    [entry] = [
        entry
        for entry in entries(account, with_clean_ups=True, with_reminders=False, **asked)
        if entry.kind == "Clean-up"
    ]
    return entry


def test_reminders_stand_in_a_calendar_unless_they_are_not_wanted(security, rotation):
    assert kinds(security) == ["Planning", "Final preparation", "Rotation", "Clean-up"]
    assert kinds(security, with_reminders=False) == ["Rotation"]


def test_alarms_ring_on_the_days_of_the_reminders_before_a_rotation(security, rotation):
    [entry] = entries(security, with_reminders=False, with_alarms=True)

    assert entry.alarms == (Alarm(30, "30 days"), Alarm(7, "7 days"))
    assert event_bytes(entry).count(b"BEGIN:VALARM") == 2
    assert b"TRIGGER:-P30D" in event_bytes(entry)


def test_nothing_rings_unless_it_is_wanted_or_twice_or_for_what_is_over(security, rotation):
    quiet = entries(security)
    ringing = entries(security, with_alarms=True)
    with act():
        rotation.state = Rotation.State.CANCELLED
        rotation.save()
    cancelled = entries(security, with_alarms=True)

    assert [bool(entry.alarms) for entry in quiet] == [False] * 4
    assert [entry.kind for entry in ringing if entry.alarms] == ["Rotation"]
    assert [bool(entry.alarms) for entry in cancelled] == [False] * 4


def test_clean_up_is_an_entry_of_its_own_in_place_of_the_reminder(security, rotation):
    asked = {"with_clean_ups": True}

    assert kinds(security, **asked) == ["Planning", "Final preparation", "Rotation", "Clean-up"]
    clean_up = clean_up_of(security)
    assert clean_up.start == RotationTask.objects.get(kind="clean_up").due_on
    assert clean_up.end - clean_up.start == timedelta(days=1)
    assert clean_up.summary == "Clean-up: Northwind Secrets Rotation - Production"
    assert clean_up.description.splitlines()[:2] == ["Revoke the old ones", f"The rotation is on {PLANNED}."]
    assert clean_up.attendees == ()


def test_rotation_without_a_clean_up_keeps_its_reminder_of_it(security):
    make_rotation(planned_on=PLANNED)

    assert kinds(security, with_clean_ups=True) == ["Planning", "Final preparation", "Rotation", "Clean-up"]


def test_clean_up_keeps_its_uid_and_counts_whatever_becomes_of_it(security, rotation):
    seen = [clean_up_of(security)]
    later = {"words": "Revoke the old ones", "kind": "clean_up", "due_on": PLANNED + timedelta(days=20)}

    def then(change) -> None:
        with act():
            change(RotationTask.objects.get(kind="clean_up"))
        seen.append(clean_up_of(security))

    def move(task):
        task.due_on += timedelta(days=3)
        task.save()

    def put_in_again(task):
        task.delete()
        RotationTask.objects.create(rotation=rotation, **later)

    def move_rotation(task):
        rotation.planned_on += timedelta(days=2)
        rotation.save()

    for change in (move, put_in_again, move_rotation):
        then(change)

    assert len({entry.uid for entry in seen}) == 1
    sequences = [entry.sequence for entry in seen]
    assert sequences == sorted(set(sequences))
    assert [entry.revised_at for entry in seen] == sorted(entry.revised_at for entry in seen)
    assert seen[-1].start == PLANNED + timedelta(days=22)  # it moves along with its rotation


def test_clean_up_that_is_done_says_so_and_one_that_was_cancelled_is(security, rotation, monkeypatch):
    with act():
        task = RotationTask.objects.get(kind="clean_up")
        task.done_by, task.done_at = security, datetime(2026, 8, 26, 23, 30, tzinfo=UTC)  # past midnight in Berlin
        task.save()
    done = clean_up_of(security)
    with act():
        rotation.state = Rotation.State.CANCELLED
        rotation.save()
    cancelled = clean_up_of(security)

    assert done.summary == "Clean-up done: Northwind Secrets Rotation - Production"
    assert done.description.splitlines()[0] == "Revoke the old ones (done on 2026-08-27)"
    assert (done.is_cancelled, cancelled.is_cancelled, done.uid == cancelled.uid) == (False, True, True)
    assert cancelled.sequence > done.sequence


def test_clean_up_without_a_day_or_beyond_the_window_is_left_out(security, rotation):
    with act():
        RotationTask.objects.filter(kind="clean_up").update(due_on=TODAY + timedelta(days=401))
    assert kinds(security, with_clean_ups=True, with_reminders=False) == ["Rotation"]
    with act():
        RotationTask.objects.filter(kind="clean_up").update(due_on=None)
    assert kinds(security, with_clean_ups=True, with_reminders=False) == ["Rotation"]


@pytest.mark.parametrize("count", [1, 3, 20])
def test_everything_chosen_costs_the_same_queries_at_any_number(security, django_assert_num_queries, count):
    with act(actor=security):
        for number in range(count):
            secret = make_secret(name=f"prod/stripe/k{number}")
            create_rotation(secrets=[secret], by=security, planned_on=PLANNED)
    asked = window(security, with_clean_ups=True, with_alarms=True)

    with django_assert_num_queries(8):
        assert len(list(rotation_entries(asked))) == 4 * count


def test_calendar_of_a_person_holds_what_they_own_back_up_or_lead(security, owner, colleague):
    devops = make_person(name="Dan")
    make_secret(name="prod/stripe/due", backup_owner=devops, next_rotation_on=PLANNED)
    make_secret(name="prod/stripe/not", owner=colleague, next_rotation_on=PLANNED)
    make_rotation(secrets=(make_secret(name="dev/stripe/a", owner=devops),), title="Owned", planned_on=PLANNED)
    make_rotation(owner=devops, title="Led", planned_on=PLANNED)
    make_rotation(secrets=(make_secret(name="dev/stripe/b", owner=colleague),), title="Not", planned_on=PLANNED)
    asked = {"scope": "person", "person": devops, "with_reminders": False}

    rotations = {entry.summary for entry in entries(owner, **asked)}
    [agenda] = agenda_entries(window(owner, **asked))

    assert rotations == {"Northwind Secrets Rotation - Owned", "Northwind Secrets Rotation - Led"}
    assert agenda.description.splitlines()[1:] == ["prod/stripe/due - no owner"]


def test_calendar_of_a_type_holds_secrets_of_that_type(security):
    keys, tokens = make_type(name="Keys"), make_type(name="Tokens")
    for name, kind in (("keys", keys), ("tokens", tokens)):
        make_secret(name=f"prod/stripe/due_{name}", type=kind, next_rotation_on=PLANNED)
        planned = make_secret(name=f"dev/stripe/{name}", type=kind)
        make_rotation(secrets=(planned,), title=name, planned_on=PLANNED)
    asked = {"scope": "type", "type": keys, "with_reminders": False}

    assert [entry.summary for entry in entries(security, **asked)] == ["Northwind Secrets Rotation - keys"]
    [agenda] = agenda_entries(window(security, **asked))
    assert agenda.description.splitlines()[1:] == ["prod/stripe/due_keys - no owner"]


def test_title_names_the_entry_and_another_title_keeps_it(security):
    rotation = make_rotation(planned_on=PLANNED, title="Everything at Stripe")
    [before] = entries(security, with_reminders=False)
    with act():
        rotation.title = "All of Stripe"
        rotation.save()
    [after] = entries(security, with_reminders=False)

    assert (before.summary, after.summary) == (
        "Northwind Secrets Rotation - Everything at Stripe",
        "Northwind Secrets Rotation - All of Stripe",
    )
    assert (before.uid, before.sequence, before.start) == (after.uid, after.sequence, after.start)


@pytest.mark.parametrize(("planned", "days_later", "is_told"), [(-35, 0, 1), (-35, 30, 1), (-35, 31, 0), (30, 60, 1)])
def test_cancelled_rotation_is_told_30_days_from_its_cancelling_and_from_its_day(
    security, monkeypatch, planned, days_later, is_told
):
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 7, 14, 10, tzinfo=UTC))
    rotation = make_rotation(planned_on=TODAY + timedelta(days=planned))
    with act():
        rotation.state = Rotation.State.CANCELLED
        rotation.save()
    with act():
        rotation.notes = "Not needed any more"
        rotation.save()

    told = entries(security, with_reminders=False, today=TODAY + timedelta(days=days_later))

    assert [entry.is_cancelled for entry in told] == [True] * is_told


def test_cancelling_counts_from_the_first_day_and_ends_when_it_is_taken_back(security, monkeypatch):
    monkeypatch.setattr(completion, "UNDO_MINUTES", 2 * 24 * 60)
    rotation = make_rotation(planned_on=date(2026, 6, 1))
    stale = Rotation.objects.get(pk=rotation.pk)
    at = []
    for day, state in ((1, "cancelled"), (2, "cancelled"), (3, "planned"), (4, "cancelled")):
        monkeypatch.setattr(timezone, "now", lambda day=day: datetime(2026, 7, day, 10, tzinfo=UTC))
        with act():
            stale.state, stale.notes = state, f"Day {day}"
            stale.save()
        at.append(Rotation.objects.get(pk=rotation.pk).cancelled_at)

    assert [moment and moment.day for moment in at] == [1, 1, None, 4]
