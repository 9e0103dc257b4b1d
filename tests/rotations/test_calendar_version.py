"""The version of the calendars: another number after every commit, and nobody waits for it."""

import threading

import pytest
from django.db import connection, transaction

from rotations import calendar_version
from rotations.models import CalendarVersion
from tests.factories import make_person


@pytest.mark.django_db
def test_register_keeps_its_identity():
    first = calendar_version.register()
    calendar_version.bump()

    assert calendar_version.register() == first
    assert CalendarVersion.objects.count() == 1


@pytest.mark.django_db
def test_bump_is_taken_back_with_its_transaction():
    before = calendar_version.current()

    with transaction.atomic():
        calendar_version.bump()
        transaction.set_rollback(True)

    assert calendar_version.current() == before


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_writers_do_not_wait_for_each_other_and_both_are_counted():
    calendar_version.bump()
    register, before = calendar_version.register(), calendar_version.current()
    with transaction.atomic():
        calendar_version.bump()
        in_a_thread(calendar_version.bump)
        during = other_view()
    after = calendar_version.current()

    assert (during - before, after - before) == (1, 2)
    assert set(CalendarVersion.objects.values_list("register", flat=True)) == {register}


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_writers_that_cross_each_other_end_in_no_deadlock():
    people = [make_person(name=f"Person {number}") for number in range(2)]
    start, errors = threading.Barrier(2), []

    def write(first, second):
        try:
            for _ in range(20):
                start.wait(10)
                with transaction.atomic():
                    calendar_version.bump()
                    type(first).objects.select_for_update().get(pk=first.pk)
                    calendar_version.bump()
        except Exception as error:  # noqa: BLE001
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=pair) for pair in (people, people[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert errors == []
    assert calendar_version.current() >= 80


def in_a_thread(call):
    found = []

    def run():
        try:
            found.append(call())
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(10)
    assert not thread.is_alive(), "the writer waited"
    return found[0]


def other_view() -> int:
    """Return the number as another connection sees it."""
    return in_a_thread(calendar_version.current)
