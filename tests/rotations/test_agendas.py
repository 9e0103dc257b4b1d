"""What falls due without a plan: agendas follow every door through which a secret or a rotation changes."""

from datetime import date, timedelta

import pytest
from django.db import connection

from inventory import schedule
from inventory.models import Secret
from rotations import calendar_version
from rotations.agendas import due_on, refresh
from rotations.models import Agenda, AgendaLine, Rotation, RotationItem
from rotations.recording import record_rotation
from tests.factories import TODAY, make_consumer, make_person, make_rotation, make_secret, make_team, make_type
from tests.past_the_register import write_past_the_register
from tests.rotations.feed_factories import act

pytestmark = pytest.mark.django_db
DUE = TODAY + timedelta(days=20)


class CountedQueries:
    def __enter__(self):
        self.count = 0
        self._wrapper = connection.execute_wrapper(self._counted)
        self._wrapper.__enter__()
        return self

    def __exit__(self, *error):
        self._wrapper.__exit__(*error)

    def _counted(self, execute, *args):
        self.count += 1
        return execute(*args)


def lines() -> set[tuple[str, str, date]]:
    rows = AgendaLine.objects.select_related("secret", "agenda")
    return {(str(line.secret), line.agenda.environment_id, line.agenda.on) for line in rows}


def due_secret(name="prod/stripe/key", **facts):
    return make_secret(**{"name": name, "next_rotation_on": DUE} | facts)


@pytest.mark.parametrize(
    ("due", "waived", "on"),
    [
        (date(2026, 7, 14), None, date(2026, 7, 14)),
        (date(2026, 7, 14), date(2026, 7, 13), date(2026, 7, 14)),
        (date(2026, 7, 14), date(2028, 2, 29), date(2028, 2, 29)),
    ],
)
def test_waived_secret_is_due_on_the_last_day_of_its_waiver(due, waived, on):
    assert due_on(next_rotation_on=due, waived_until=waived) == on


def test_new_secret_with_a_date_stands_on_the_agenda_of_its_environment_and_day():
    due_secret()

    assert lines() == {("prod/stripe/key", "prod", DUE)}


def test_secret_without_a_date_stands_on_none():
    make_secret(name="prod/stripe/key")

    assert (lines(), Agenda.objects.count()) == (set(), 0)


def test_secret_that_moves_leaves_an_empty_agenda_behind():
    secret = due_secret()
    with act():
        secret.next_rotation_on = DUE + timedelta(days=1)
        secret.save()

    assert lines() == {("prod/stripe/key", "prod", DUE + timedelta(days=1))}
    assert set(Agenda.objects.values_list("on", flat=True)) == {DUE, DUE + timedelta(days=1)}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"status": "retired"}, set()),
        ({"status": "compromised"}, {DUE}),
        ({"waived_until": DUE + timedelta(days=9), "waived_reason": "Being replaced"}, {DUE + timedelta(days=9)}),
        ({"purpose": "Payments"}, {DUE}),
    ],
)
@pytest.mark.parametrize("bulk", [False, True])
def test_agenda_follows_what_happens_to_a_secret(change, expected, bulk):
    secret = due_secret()
    with act():
        if bulk:
            Secret.objects.filter(pk=secret.pk).update(**change)
        else:
            for name, value in change.items():
                setattr(secret, name, value)
            secret.save()

    assert {on for _, _, on in lines()} == expected


def test_planned_secret_leaves_the_agenda_and_returns_when_the_plan_is_cancelled():
    secret = due_secret()
    rotation = make_rotation(secrets=(secret,), planned_on=DUE)
    planned = lines()

    with act():
        rotation.state = Rotation.State.CANCELLED
        rotation.save()

    assert (planned, lines()) == (set(), {("prod/stripe/key", "prod", DUE)})


@pytest.mark.parametrize(
    ("outcome", "stays_planned"),
    [("open", True), ("deferred", True), ("failed", False), ("skipped", False), ("undone", False)],
)
def test_secret_returns_to_the_agenda_once_its_rotation_is_done_with_it(outcome, stays_planned):
    secret = due_secret()
    make_rotation(secrets=(secret, due_secret("prod/stripe/other")), planned_on=DUE)

    with act(), schedule.recording():
        RotationItem.objects.filter(secret=secret).update(outcome=outcome, note="For a test")

    assert lines() == (set() if stays_planned else {("prod/stripe/key", "prod", DUE)})


def test_draft_is_no_plan():
    make_rotation(secrets=(due_secret(),), state="draft")

    assert lines() == {("prod/stripe/key", "prod", DUE)}


def test_secret_taken_out_of_a_rotation_returns_to_the_agenda():
    rotation = make_rotation(secrets=(due_secret(),), planned_on=DUE)
    with act():
        rotation.items.all().delete()

    assert lines() == {("prod/stripe/key", "prod", DUE)}


def test_recording_moves_the_secret_to_its_next_day(security):
    secret = due_secret()
    with act(actor=security):
        record_rotation(secrets=[secret], on=TODAY, by=security, today=TODAY)

    assert lines() == {("prod/stripe/key", "prod", TODAY + timedelta(days=90))}


def test_agenda_that_one_act_makes_and_empties_again_was_never_there():
    with act():
        secret = due_secret()
        make_rotation(secrets=(secret,), planned_on=DUE)

    assert Agenda.objects.count() == 0


def test_agenda_is_revised_once_in_one_act():
    due_secret()
    with act():
        for number in range(3):
            due_secret(f"prod/stripe/k{number}")

    assert Agenda.objects.values_list("sequence", flat=True).get() == 1


def test_interval_of_a_type_moves_the_agendas_of_its_secrets():
    kind = make_type()
    make_secret(name="prod/stripe/key", type=kind, last_rotated_on=TODAY)
    with act():
        kind.rotation_interval_days = 30
        kind.save()

    assert lines() == {("prod/stripe/key", "prod", TODAY + timedelta(days=30))}


def test_number_of_queries_does_not_grow_with_the_rows_of_one_write():
    def times(count):
        first = due_secret(f"prod/stripe/first_{count}")
        fields = {"environment": first.environment, "service": first.service, "type": first.type}
        dates = {"next_rotation_on": DUE, "next_rotation_reason": "As agreed"}
        rows = [Secret(**fields, **dates, credential_type=f"k{count}_{number}") for number in range(count)]
        with act():
            Secret.objects.bulk_create([Secret(**fields, **dates, credential_type=f"warm_{count}")])
            with CountedQueries() as counted:
                Secret.objects.bulk_create(rows)
        return counted.count

    assert times(3) == times(30)


def test_refresh_puts_right_what_was_written_past_the_register():
    secret = due_secret()
    write_past_the_register("UPDATE inventory_secret SET next_rotation_on = %s", [TODAY])

    refresh([secret.pk], at=Agenda.objects.get().updated_at)

    assert lines() == {("prod/stripe/key", "prod", TODAY)}


@pytest.mark.parametrize("make", [make_person, make_team, make_type, due_secret, make_rotation])
def test_every_recorded_write_changes_the_version(make):
    before = calendar_version.current()

    make()

    assert calendar_version.current() > before


def test_consumer_changes_the_version_too_because_a_source_of_entries_may_show_anything():
    secret = due_secret()
    before = calendar_version.current()

    make_consumer(secret=secret)

    assert calendar_version.current() == before + 1


def test_save_without_a_difference_changes_nothing():
    secret = due_secret()
    before = (calendar_version.current(), Agenda.objects.values().get())
    with act():
        secret.save()

    assert (calendar_version.current(), Agenda.objects.values().get()) == before
