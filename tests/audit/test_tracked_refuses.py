"""What no door lets into a tracked row, and what happens when history cannot be written."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection
from django.db.models import Value
from django.db.models.functions import Concat

from audit.acts import acting
from audit.models import ChangeRow, ChangeSet, User
from contacts.models import Team
from tests.factories import make_team

VALUE = "".join(("sk", "_live_", "9aB3dE5fG7hI1jK2lM4nO6pQ"))


@pytest.fixture
def by_security(security: User) -> Iterator[User]:
    with acting(actor=security, source=ChangeSet.Source.WEB, reason="As agreed"):
        yield security


def test_a_reason_that_looks_like_a_value_is_refused(security: User) -> None:
    with acting(actor=security, source=ChangeSet.Source.WEB, reason=VALUE), pytest.raises(ValidationError) as refused:
        Team.objects.create(name="Web")

    assert [error.code for error in refused.value.error_list] == ["looks_like_value"]
    assert list(Team.objects.all()) == []


def doors() -> dict[str, Any]:
    """Every way to write a text into a row, each with its own row."""
    return {
        "create": lambda team: Team.objects.create(name=VALUE),
        "save": lambda team: setattr(team, "name", VALUE) or team.save(),
        "save of some": lambda team: setattr(team, "name", VALUE) or team.save(update_fields=["name"]),
        "update": lambda team: Team.objects.update(name=VALUE),
        "calculated update": lambda team: Team.objects.update(name=Concat(Value(VALUE[:9]), Value(VALUE[9:]))),
        "calculated save": lambda team: (
            setattr(team, "name", Concat(Value(VALUE[:9]), Value(VALUE[9:]))) or team.save()
        ),
        "bulk_create": lambda team: Team.objects.bulk_create([Team(name=VALUE)]),
        "bulk_update": lambda team: Team.objects.bulk_update([Team(pk=team.pk, name=VALUE)], ["name"]),
        "calculated bulk_update": lambda team: Team.objects.bulk_update(
            [Team(pk=team.pk, name=Concat(Value(VALUE[:9]), Value(VALUE[9:])))], ["name"]
        ),
        "update_or_create": lambda team: Team.objects.update_or_create(pk=team.pk, defaults={"name": VALUE}),
        "full_clean": lambda team: Team(name=VALUE).full_clean(),
    }


@pytest.mark.parametrize("door", doors())
def test_a_value_is_refused_at_every_door(by_security: User, door: str) -> None:
    team = make_team(name="Web")

    with pytest.raises(ValidationError) as refused:
        doors()[door](team)

    assert [error.code for error in refused.value.error_dict["name"]] == ["looks_like_value"]
    assert VALUE not in str(refused.value)
    assert list(Team.objects.values_list("name", flat=True)) == ["Web"]
    assert ChangeRow.objects.filter(fields__icontains=VALUE).count() == 0


@pytest.fixture
def history_of_teams_fails(transactional_db: None) -> Iterator[None]:
    """A real failure: the table that history goes to is gone."""
    table = Team.history.model._meta.db_table
    with connection.schema_editor() as editor:
        editor.execute(f"ALTER TABLE {table} RENAME TO gone")
    yield
    with connection.schema_editor() as editor:
        editor.execute(f"ALTER TABLE gone RENAME TO {table}")


@pytest.mark.parametrize(
    "write",
    [
        lambda: Team.objects.create(name="Web"),
        lambda: Team.objects.bulk_create([Team(name="Web")]),
        lambda: Team(name="Web").save(),
    ],
)
def test_a_row_whose_history_fails_is_not_kept(history_of_teams_fails: None, write: Any) -> None:
    with (
        acting(actor=None, source=ChangeSet.Source.SYSTEM, reason="As agreed"),
        pytest.raises(DatabaseError),
    ):
        write()

    told = ChangeRow.objects.filter(model="contacts.team").count()
    assert (Team.objects.count(), ChangeSet.objects.filter(reason="As agreed").count(), told) == (0, 0, 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "write",
    [
        lambda team: Team.objects.update(name="Ops"),
        lambda team: Team.objects.filter(pk=team.pk).delete(),
        lambda team: team.delete(),
        lambda team: setattr(team, "name", "Ops") or team.save(),
        lambda team: setattr(team, "name", "Ops") or team.save(update_fields=["name"]),
        lambda team: setattr(team, "name", "Ops") or Team.objects.bulk_update([team], ["name"]),
    ],
)
def test_a_change_whose_history_fails_is_not_kept(write: Any) -> None:
    team = make_team(name="Web")
    before = ChangeSet.objects.count()
    table = Team.history.model._meta.db_table
    with connection.schema_editor() as editor:
        editor.execute(f"ALTER TABLE {table} RENAME TO gone")

    try:
        with acting(actor=None, source=ChangeSet.Source.SYSTEM, reason="x"), pytest.raises(DatabaseError):
            write(team)
    finally:
        with connection.schema_editor() as editor:
            editor.execute(f"ALTER TABLE gone RENAME TO {table}")

    assert list(Team.objects.values_list("name", flat=True)) == ["Web"]
    assert ChangeSet.objects.count() == before
