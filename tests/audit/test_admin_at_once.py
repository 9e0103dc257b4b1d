"""Two editors who save at the same instant: one is saved, the other one is told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from audit.models import ChangeSet, User
from contacts.models import Team
from tests.factories import make_team, make_user

EDITORS, ROUNDS = 4, 5


def _save(address: str, user: User, seen: str, name: str, ready: Barrier) -> bool:
    """Save and return whether it was; a refusal shows the form again."""
    client = Client()
    client.force_login(user)
    ready.wait()
    try:
        answer = client.post(address, {"name": name, "change_reason": "At once", "seen_version": seen})
        return answer.status_code == 302
    finally:
        connection.close()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_editors_who_save_at_once_one_is_saved():
    users = [make_user(username=f"sam{number}", roles=("security",)) for number in range(EDITORS)]
    for _ in range(ROUNDS):
        team = make_team()
        seen, ready = str(team.history.latest("history_id").pk), Barrier(EDITORS)
        address = f"/admin/contacts/team/{team.pk}/change/"
        with ThreadPoolExecutor(EDITORS) as threads:
            jobs = [threads.submit(_save, address, user, seen, f"Name {user.pk} {team.pk}", ready) for user in users]
        saved = [job.result() for job in jobs]

        assert sorted(saved) == [False] * (EDITORS - 1) + [True]
        assert Team.objects.get(pk=team.pk).name == f"Name {users[saved.index(True)].pk} {team.pk}"
        assert team.history.count() == 2
    assert ChangeSet.objects.filter(reason="At once").count() == ROUNDS
