"""Every tracked model by every way past its history: nothing is kept, and the error says what to do."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from audit.backends.committing import UnrecordedChangeError
from audit.history import record
from audit.ledger.tables import sealed_tables
from audit.models import ChangeRow, ChangeSet, LedgerEntry, Redaction, Unrecorded
from audit.reviewing import answer, object_to
from contacts.models import Team
from inventory import schedule
from tests.audit.ledger.every_model import MODELS, ROUTES, a_change_of, a_row_of, an_act, plain, run
from tests.factories import make_consumer, make_evidence_record, make_secret, make_team

pytestmark = pytest.mark.django_db


def label(model: type) -> str:
    return model._meta.label


def rows_as_stored(model: type) -> list[tuple[object, ...]]:
    return list(plain(model).order_by("pk").values_list())


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("model", MODELS, ids=label)
def test_no_change_is_kept_without_history(model, route):
    row = a_row_of(model)
    connection.check_constraints()
    before = rows_as_stored(model)

    with pytest.raises(IntegrityError) as refused, transaction.atomic():  # noqa: PT012
        ROUTES[route](row)
        connection.check_constraints()

    assert re.search(r"^(rotations|inventory|contacts|audit|documents)_\w+", str(refused.value))
    assert "docs/audit.md" in str(refused.value)
    assert rows_as_stored(model) == before


@pytest.mark.parametrize("model", MODELS, ids=label)
def test_the_refusal_names_the_table_and_what_to_use_instead(model):
    row = a_row_of(model)
    name, value, _ = a_change_of(model)

    with pytest.raises(UnrecordedChangeError) as refused, transaction.atomic():  # noqa: PT012
        plain(model).filter(pk=row.pk).update(**{name: value})
        connection.check_constraints()

    assert str(refused.value) == (
        f"{model._meta.db_table} {row.pk} changed without its history. Write it with save(), update(), bulk_create() or"
        f" bulk_update() of {model.__name__}, inside an act (audit.acts.acting); after raw SQL call"
        " audit.history.record(). See docs/audit.md."
    )


@pytest.mark.parametrize("model", MODELS, ids=label)
def test_recorded_writes_of_every_kind_are_kept(model):
    row = a_row_of(model)
    name, value, _ = a_change_of(model)

    with an_act(), schedule.recording():
        model._base_manager.filter(pk=row.pk).update(**{name: value})
        stored = model._base_manager.get(pk=row.pk)
        stored.save()
    connection.check_constraints()

    assert getattr(stored, name) == value
    assert not Unrecorded.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_commit_is_refused_as_the_check_is():
    team = make_team(name="Platform team")

    with pytest.raises(UnrecordedChangeError, match="^contacts_team "), transaction.atomic():
        plain(Team).filter(pk=team.pk).update(name="Other")

    assert Team.objects.get().name == "Platform team"


@pytest.mark.django_db(transaction=True)
def test_a_statement_of_its_own_is_refused_too():
    make_team(name="Platform team")

    with pytest.raises(IntegrityError, match="contacts_team"):
        run("UPDATE contacts_team SET name = 'Other'")

    assert Team.objects.get().name == "Platform team"


def test_raw_sql_can_be_recorded_afterwards():
    team = make_team(name="Platform team")

    with an_act(), transaction.atomic():
        run("UPDATE contacts_team SET name = 'Other'")
        record(Team, list(Team.objects.all()), "~")
    connection.check_constraints()

    assert list(ChangeRow.objects.filter(object_id=team.pk, change_type="~").values_list("fields", flat=True)) == [
        [{"field": "name", "label": "Name", "before": "Platform team", "after": "Other"}]
    ]


def test_what_was_rolled_back_on_the_way_owes_nothing():
    make_team(name="Platform team")

    with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012
        run("UPDATE contacts_team SET name = 'Other'")
        raise ZeroDivisionError
    connection.check_constraints()

    assert Team.objects.get().name == "Platform team"


def test_rows_that_go_with_another_are_told_of_before_they_go():
    secret = make_secret()
    consumer = make_consumer(secret=secret)
    gone = {("inventory.secret", str(secret.pk)), ("inventory.consumer", str(consumer.pk))}

    with an_act():
        secret.delete()
    connection.check_constraints()

    assert set(ChangeRow.objects.filter(change_type="-").values_list("model", "object_id")) == gone


def test_history_without_a_line_in_the_change_log_is_refused():
    make_team(name="Platform team")
    connection.check_constraints()

    with pytest.raises(UnrecordedChangeError, match="has no line in the change log"), transaction.atomic():  # noqa: PT012
        run("UPDATE contacts_team SET name = 'Other'")
        columns = [field.column for field in Team.history.model._meta.concrete_fields if not field.primary_key]
        listed = ", ".join(f'"{column}"' for column in columns)
        told = listed.replace('"name"', "'Other'").replace('"history_type"', "'~'")
        run(f"INSERT INTO contacts_historicalteam ({listed}) SELECT {told} FROM contacts_historicalteam")
        connection.check_constraints()

    assert Team.objects.get().name == "Platform team"


def test_untracked_columns_may_change_without_history(security):
    security.last_login = security.date_joined
    security.save(update_fields=["last_login"])
    connection.check_constraints()

    assert type(security).objects.get().last_login == security.date_joined


WRITTEN_ONCE = [*(table.table for table in sealed_tables()), "audit_ledgerentry", "audit_sealedlayout"]
MEANT = {
    "change": 'UPDATE "{table}" SET "{column}" = NULL',
    "removal": 'DELETE FROM "{table}"',
    "replacement": 'INSERT OR REPLACE INTO "{table}" ({columns}) SELECT {columns} FROM "{table}"',
    "truncation": 'TRUNCATE "{table}" CASCADE',
}


@pytest.fixture
def one_of_everything(security):
    for model in MODELS:
        a_row_of(model)
    entry = ChangeSet.objects.latest("pk")
    make_evidence_record(by=security)
    Redaction.objects.create(change_set=entry, second=security, table_name="audit_changeset", row_key=entry.pk)
    object_to(entry, by=security, comment="Not this way", at=entry.at)
    answer(entry, by=security, comment="It is how it begins", at=entry.at)
    connection.check_constraints()


@pytest.mark.parametrize("how", ["change", "removal", "replacement" if connection.vendor == "sqlite" else "truncation"])
def test_what_is_written_once_stays(how, one_of_everything):
    outcomes = {}
    for table in WRITTEN_ONCE:
        model = next(model for model in apps.get_models() if model._meta.db_table == table)
        names = [field.column for field in model._meta.concrete_fields if not field.generated]
        before = _content(table)
        statement = MEANT[how].format(table=table, column=names[-1], columns=", ".join(f'"{name}"' for name in names))
        with (
            pytest.raises(IntegrityError, match="are written once|number after the last"),
            transaction.atomic(),
        ):
            run(statement)
        outcomes[table] = bool(before) and _content(table) == before

    assert outcomes == dict.fromkeys(WRITTEN_ONCE, True)


def _content(table: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')
        return cursor.fetchall()


def test_an_entry_has_the_number_after_the_last_one():
    make_team()
    connection.check_constraints()
    last = LedgerEntry.objects.latest("seq")

    with pytest.raises(IntegrityError, match="the number after the last one"), transaction.atomic():
        LedgerEntry.objects.create(
            seq=last.seq + 2, table_name="x", row_key=1, layout="x", at=last.at, key_id="x", digests=b"", seal=b""
        )

    assert LedgerEntry.objects.latest("seq").seq == last.seq
