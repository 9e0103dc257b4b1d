"""Whatever is done in whatever order: agendas hold exactly what is due and not planned, and calendars tell it once."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory import schedule
from inventory.models import Secret
from rotations.agenda_entries import agenda_entries
from rotations.agendas import due_on, due_unplanned
from rotations.calendar import calendar_bytes
from rotations.models import AgendaLine, Rotation, RotationItem
from rotations.rotation_entries import rotation_entries
from tests.factories import TODAY, make_rotation, make_secret
from tests.rotations.feed_factories import act, set_reminders, window
from tests.rotations.strict_calendar import parse

NAMES = ("prod/stripe/a", "prod/stripe/b", "staging/stripe/a")
DAYS = st.integers(0, 3).map(lambda days: TODAY + timedelta(days=days))
STEPS = st.one_of(
    st.tuples(st.just("date"), st.sampled_from(NAMES), st.none() | DAYS),
    st.tuples(st.just("waive"), st.sampled_from(NAMES), st.none() | DAYS),
    st.tuples(st.just("status"), st.sampled_from(NAMES), st.sampled_from(Secret.Status.values)),
    st.tuples(st.just("plan"), st.sets(st.sampled_from(NAMES), min_size=1), DAYS),
    st.tuples(st.just("state"), st.integers(0, 2), st.sampled_from(["planned", "in_progress", "draft", "cancelled"])),
    st.tuples(st.just("outcome"), st.sampled_from(NAMES), st.sampled_from(["open", "deferred", "failed", "skipped"])),
    st.tuples(st.just("take out"), st.sampled_from(NAMES), st.none()),
)


def secret(name: str) -> Secret:
    return Secret.objects.get(name=name)


def take(step) -> None:
    what, whom, value = step
    match what:
        case "date":
            given_date = {"next_rotation_on": value, "next_rotation_reason": "Agreed" if value else ""}
            Secret.objects.filter(name=whom).update(**given_date)
        case "waive":
            row = secret(whom)
            row.waived_until, row.waived_reason = value, "Approved"
            row.save()
        case "status":
            row = secret(whom)
            row.status = value
            row.save()
        case "plan":
            chosen = [row for row in map(secret, sorted(whom)) if not row.is_retired]
            make_rotation(secrets=tuple(chosen), planned_on=value)
        case "state":
            for row in Rotation.objects.order_by("pk")[whom : whom + 1]:
                row.state = value
                row.save()
        case "outcome":
            RotationItem.objects.filter(secret__name=whom).update(outcome=value, note="For a test")
        case "take out":
            RotationItem.objects.filter(secret__name=whom).delete()


@pytest.mark.django_db
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=8), acts=st.lists(st.booleans(), min_size=8, max_size=8))
def test_agendas_hold_what_is_due_and_not_planned(security, steps, acts):
    set_reminders()
    with transaction.atomic():
        for name in NAMES:
            make_secret(name=name, next_rotation_on=TODAY)
        for number, (step, new_act) in enumerate(zip(steps, acts, strict=False)):
            # What a rule refuses changes nothing.
            refused = suppress(ValidationError)
            with act(f"Step {number if new_act else 'again'}"), schedule.recording(), refused, transaction.atomic():
                take(step)

        due = {
            (row.name, row.environment_id, due_on(next_rotation_on=row.next_rotation_on, waived_until=row.waived_until))
            for row in due_unplanned(Secret.objects.all())
        }
        lines = AgendaLine.objects.select_related("secret", "agenda")
        assert {(line.secret.name, line.agenda.environment_id, line.agenda.on) for line in lines} == due
        assert told(security) == {(name, on) for name, _, on in due}
        transaction.set_rollback(True)


def told(account) -> set:
    """Return what a strictly read calendar says is due, and on which day."""
    asked = window(account)
    entries = [*agenda_entries(asked), *rotation_entries(asked)]
    if not entries:
        return set()
    parse(calendar_bytes(name="Everything", entries=entries))
    open_agendas = [entry for entry in entries if entry.kind == "Due" and not entry.is_cancelled]
    listed = [
        (line.split(" - ")[0], entry.start) for entry in open_agendas for line in entry.description.splitlines()[1:]
    ]
    assert len(listed) == len(set(listed))
    return set(listed)
