"""A value that got in is taken out of everywhere, by two people, and the chain holds."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from audit.acts import acting
from audit.ledger.redacting import REMOVED, places_of, redact
from audit.ledger.verifying import verify
from audit.models import ChangeRow, ChangeSet, Redaction
from inventory.models import Secret
from tests.audit.ledger.every_model import an_act, run
from tests.factories import PASSWORD, make_secret, make_user
from tests.past_the_register import past_the_register

pytestmark = pytest.mark.django_db
VALUE = "Zebra/“quoted”\\48-Paß"


@pytest.fixture
def second():
    return make_user(username="lena", first_name="Lena", roles=("security",))


@pytest.fixture
def secret(owner) -> Secret:
    """A secret whose purpose held the value for a while, and whose opens column holds it still."""
    secret = make_secret(name="prod/stripe/secret_key", owner=owner, purpose=f"Before {VALUE} after", opens=VALUE)
    with an_act():
        secret.purpose = "Payments"
        secret.save()
    connection.check_constraints()
    return secret


def redacting(security, second, text=VALUE):
    with acting(actor=security, source=ChangeSet.Source.COMMAND, reason="It got in"):
        return redact(text=text, by=security, second=second)


def everything_stored() -> str:
    """Return all rows of all tables as text."""
    words = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            words += [str(part) for row in cursor.fetchall() for part in row]
    return "\n".join(words)


def test_nothing_of_the_text_is_left_and_the_chain_holds(secret, security, second):
    places = redacting(security, second)
    connection.check_constraints()

    assert {place.table for place in places} == {"inventory_secret", "inventory_historicalsecret", "audit_changerow"}
    assert VALUE not in everything_stored()
    assert json.dumps(VALUE)[1:-1] not in everything_stored()
    assert verify().findings == []


def test_what_stood_around_the_text_stays(secret, security, second):
    redacting(security, second)

    secret.refresh_from_db()
    assert secret.opens == REMOVED
    assert Secret.history.order_by("history_id").first().purpose == f"Before {REMOVED} after"


def test_it_is_a_change_like_any_other_with_its_author_its_second_and_its_reason(secret, security, second):
    redacting(security, second)
    entry = ChangeSet.objects.latest("pk")

    assert (entry.actor, entry.reason) == (security, "It got in")
    assert set(entry.redactions.values_list("second_name", flat=True)) == {"Lena"}
    assert list(ChangeRow.objects.filter(change_set=entry).values_list("fields", flat=True)) == [
        [{"field": "opens", "label": "What it opens", "before": REMOVED, "after": REMOVED}]
    ]


def test_a_text_can_be_removed_after_another(secret, security, second):
    redacting(security, second, text="Before")
    redacting(security, second)
    connection.check_constraints()

    assert verify().findings == []


def test_a_redacted_column_that_is_changed_afterwards_is_found(secret, security, second):
    redacting(security, second)
    connection.check_constraints()
    with past_the_register():
        run("UPDATE inventory_historicalsecret SET purpose = 'Something else' WHERE purpose <> 'Payments'")

    assert [(finding.kind.value, finding.columns) for finding in verify().findings] == [("changed", ("purpose",))]


def test_a_record_of_a_redaction_cannot_excuse_a_later_change(secret, security, second):
    redacting(security, second)
    connection.check_constraints()

    with pytest.raises(IntegrityError, match="rows are written once"), transaction.atomic():
        run("UPDATE inventory_historicalsecret SET purpose = 'Something else' WHERE purpose <> 'Payments'")


def test_a_part_of_a_name_is_removed_although_names_are_fixed(security, second):
    secret = make_secret(name="prod/stripe/zebra48")

    redacting(security, second, text="zebra48")

    secret.refresh_from_db()
    assert secret.name == f"prod/stripe/removed_{secret.pk}"


def test_a_code_that_others_refer_to_is_named_and_stays(security, second):
    make_secret(name="prod/zebra48/key")

    with pytest.raises(ValidationError, match="which other rows refer to"):
        redacting(security, second, text="zebra48")


@pytest.mark.parametrize("text", ["", "abc"])
def test_a_text_that_is_too_short_to_be_one_is_refused(text, security, second):
    with pytest.raises(ValidationError, match="at least 4 characters"):
        redacting(security, second, text=text)


def test_a_text_that_stands_nowhere_is_said_to(secret, security, second):
    with pytest.raises(ValidationError, match="stands nowhere"):
        redacting(security, second, text="nowhere to be found")


def test_one_person_alone_cannot(secret, security):
    with pytest.raises(PermissionDenied, match="A second person"):
        redacting(security, security)


def test_both_are_of_the_security_team(secret, security, auditor):
    with pytest.raises(PermissionDenied, match="ada is not of the security team"):
        redacting(security, auditor)


def run_command(monkeypatch, *lines: str, second: str = "lena", options: tuple[str, ...] = ()) -> str:
    out = StringIO()
    monkeypatch.setattr("sys.stdin", StringIO("".join(f"{line}\n" for line in lines)))
    call_command("redact_history", "--as", "sam", "--with", second, *options, stdout=out)
    return out.getvalue()


def test_the_command_says_where_and_never_what(secret, security, second, monkeypatch):
    said = run_command(monkeypatch, PASSWORD, PASSWORD, VALUE, options=("--dry-run",))

    assert said.splitlines()[:2] == ["Stands in 6 places.", f"inventory_secret {secret.pk}, opens"]
    assert VALUE not in said
    assert not Redaction.objects.exists()


@pytest.mark.parametrize(("lines", "who"), [(("wrong", PASSWORD), "sam"), ((PASSWORD, "wrong"), "lena")])
def test_the_command_asks_both_for_their_passwords(secret, security, second, monkeypatch, lines, who):
    with pytest.raises(CommandError, match=f"This is not the password of {who}"):
        run_command(monkeypatch, *lines, VALUE)

    assert places_of(VALUE)


def test_the_command_refuses_a_reason_that_holds_the_text(secret, security, second, monkeypatch):
    with pytest.raises(CommandError, match="The reason holds the text itself"):
        run_command(monkeypatch, PASSWORD, PASSWORD, VALUE, options=("--reason", f"Because of {VALUE}"))


def test_the_entry_of_a_redaction_names_the_places(secret, security, second, as_security):
    redacting(security, second)
    entry = ChangeSet.objects.latest("pk")

    page = as_security.get(entry.get_absolute_url()).content.decode()

    assert "Sam Security and Lena removed a text from these places." in page
    assert "<code>inventory_historicalsecret</code>" in page
