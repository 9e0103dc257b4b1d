"""Two people at once: nobody waits for an agenda, so nobody ends in a deadlock."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from inventory.models import Secret
from rotations.models import AgendaLine
from tests.factories import TODAY, make_secret
from tests.rotations.feed_factories import act

A, B, C = (TODAY + timedelta(days=days) for days in range(3))


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_writers_revise_one_agenda_each_and_then_add_to_the_other_ones():
    for name, day in (("on_a", A), ("on_b", B), ("to_a", C), ("to_b", C)):
        make_secret(name=f"prod/stripe/{name}", next_rotation_on=day)
    halfway, errors = threading.Barrier(2), []

    def write(leaving, moving, to):
        try:
            with transaction.atomic(), act():
                Secret.objects.filter(credential_type=leaving).update(status="retired")
                halfway.wait(10)
                Secret.objects.filter(credential_type=moving).update(next_rotation_on=to)
                halfway.wait(10)
        except Exception as error:  # noqa: BLE001
            errors.append(error)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=write, args=("on_a", "to_b", B)),
        threading.Thread(target=write, args=("on_b", "to_a", A)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert errors == []
    lines = AgendaLine.objects.select_related("agenda", "secret")
    assert {line.secret.credential_type: line.agenda.on for line in lines} == {"to_a": A, "to_b": B}
