"""What got in before a rule was there is found wherever it is stored, and is not repeated."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from audit.acts import acting
from audit.models import ChangeRow, ChangeSet, User
from audit.scanning import _checked, _words, findings, places
from audit.tracked import tracked_models
from contacts.models import Team
from inventory.models import Secret
from tests.audit.test_allowance import CERTAIN, RESEMBLING, attempt, save
from tests.doors.test_models import guarded
from tests.factories import make_secret, make_team

pytestmark = pytest.mark.django_db


@pytest.fixture
def no_rules(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The register before its rules knew these texts; `undo` brings the rules of today."""
    monkeypatch.setattr("audit.tracked.check_text", lambda text: None)
    monkeypatch.setattr("audit.acts.refuse_values", lambda text: None)
    return monkeypatch


def scanned(*args: str) -> tuple[str, str]:
    """Return what the command wrote, and what it ended with."""
    out = StringIO()
    try:
        call_command("scan_values", *args, stdout=out, stderr=StringIO())
    except CommandError as error:
        return out.getvalue(), str(error)
    return out.getvalue(), ""


def test_a_clean_register_says_so(security: User) -> None:
    make_secret(name="prod/stripe/key", purpose="Charges cards; see the runbook for the token's path.")

    assert scanned() == ("Nothing that is stored looks like a value.\n", "")


def test_a_value_is_found_in_the_row_its_history_and_the_change_log(no_rules: Any) -> None:
    secret = make_secret(name="prod/stripe/key", purpose=CERTAIN)
    no_rules.undo()

    said, ended = scanned()

    key = Secret.history.get().history_id
    assert [line.rpartition(", rule")[0] for line in said.splitlines()] == [
        f"audit.changerow {secret_row(secret)} “Added prod/stripe/key”: fields: purpose",
        f"inventory.historicalsecret {key}: purpose",
        f"inventory.secret {secret.pk} “prod/stripe/key”: purpose",
    ]
    assert ended.startswith("3 texts that look like values.")
    assert CERTAIN not in said + ended


def secret_row(secret: Secret) -> int:
    entry = ChangeSet.objects.get(rows__model="inventory.secret", rows__object_id=str(secret.pk))
    return int(entry.rows.get(model="inventory.secret").pk)


def test_a_row_that_is_called_by_the_value_is_told_by_its_key(no_rules: Any) -> None:
    team = make_team(name=CERTAIN)
    no_rules.undo()

    said, _ = scanned()

    assert f"contacts.team {team.pk}: name, rule github-token (certain)\n" in said
    assert "audit.changerow" in said
    assert CERTAIN not in said


def test_reasons_are_looked_through(no_rules: Any) -> None:
    with acting(actor=None, source=ChangeSet.Source.SYSTEM, reason=CERTAIN):
        Team.objects.create(name="Ops")
    no_rules.undo()

    said, _ = scanned()

    assert f"audit.changeset {ChangeSet.objects.latest('pk').pk} “Entry" in said
    assert "contacts.historicalteam" in said
    assert CERTAIN not in said


def test_what_is_gone_from_the_row_is_found_in_its_history(no_rules: Any) -> None:
    secret = make_secret(purpose=CERTAIN)
    no_rules.undo()
    with acting(actor=None, source=ChangeSet.Source.SYSTEM, reason="Taken out"):
        save(secret, "Charges cards")

    said, _ = scanned()

    assert [line.split()[0] for line in said.splitlines()] == [
        "audit.changerow",
        "audit.changerow",
        "inventory.historicalsecret",
    ]


def test_what_security_let_stay_is_told_apart_and_is_no_failure(security: User) -> None:
    secret = make_secret(name="prod/stripe/key")
    attempt(security, save, secret, RESEMBLING)

    said, ended = scanned()

    assert said.splitlines()[:3] == [
        "Nothing else was found.",
        "",
        "Let stay by security, with a reason in the change log:",
    ]
    assert len(said.splitlines()) == 6
    assert (RESEMBLING in said, ended) == (False, "")


def test_another_text_in_a_field_where_one_was_let_stay_is_found(security: User, no_rules: Any) -> None:
    secret = make_secret(name="prod/stripe/key")
    no_rules.undo()
    attempt(security, save, secret, RESEMBLING)
    no_rules.setattr("audit.tracked.check_text", lambda text: None)
    with acting(actor=security, source=ChangeSet.Source.COMMAND, reason="Changed"):
        save(secret, f"{RESEMBLING}X9")
    no_rules.undo()

    said, ended = scanned()

    assert f"inventory.secret {secret.pk} “prod/stripe/key”: purpose, rule assignment (heuristic)" in said
    assert ended != ""


def test_json_holds_the_same(security: User, no_rules: Any) -> None:
    secret = make_secret(name="prod/stripe/key", purpose=CERTAIN)
    no_rules.undo()
    attempt(security, save, make_secret(name="prod/stripe/other"), RESEMBLING)

    said, ended = scanned("--json")

    told = json.loads(said)
    assert (told["found"], len(told["findings"])) == (3, 6)
    assert {
        "table": "inventory.secret",
        "key": str(secret.pk),
        "name": "prod/stripe/key",
        "field": "purpose",
        "rule": "github-token",
        "kind": "certain",
        "allowed": False,
    } in told["findings"]
    assert ended.startswith("3 texts")
    assert (CERTAIN in said, RESEMBLING in said) == (False, False)


def test_every_guarded_column_and_its_history_is_looked_through() -> None:
    looked = {(place.table, column) for place in places() for column in place.columns}

    wanted = {
        (table, name) for model in tracked_models() for name in guarded(model) for table in (model, model.history.model)
    }
    log = {(ChangeSet, "reason"), (ChangeSet, "actor_name"), (ChangeRow, "object_text"), (ChangeRow, "fields")}
    assert (wanted | log) - looked == set()


@pytest.mark.parametrize(
    "name", ["\x1b[31mred", "\u202eleft", "a" * 50, "<script>", "'; DROP TABLE", "🦊", "\n\n", "{}[]", "%s%d"]
)
def test_hostile_names_do_no_harm(no_rules: Any, name: str) -> None:
    make_secret(name="prod/stripe/key", purpose=CERTAIN, team=make_team(name=f"{name} {CERTAIN}"))
    no_rules.undo()

    said, ended = scanned()

    assert (CERTAIN in said, "\x1b" in said, "\u202e" in said) == (False, False, False)
    assert ended.startswith("8 texts")


@pytest.mark.parametrize(
    ("value", "is_json", "expected"),
    [
        (b"\xff\xfename", False, ["\ufffd\ufffdname"]),
        (4711, False, ["4711"]),
        ('{"broken', True, ['{"broken']),
        ('[{"field": "purpose", "after": "x"}]', True, ["field", "purpose", "after", "x"]),
        ("[" * 100_000, True, ["[" * 100_000]),
        (None, True, []),
    ],
)
def test_what_cannot_be_read_is_read_as_it_stands(value: object, is_json: bool, expected: list[str]) -> None:
    assert [words for _, words in _words("fields", value, is_json=is_json)] == expected


@pytest.mark.parametrize("number", [1, 30])
def test_the_queries_do_not_grow_with_the_rows(no_rules: Any, number: int, django_assert_num_queries: Any) -> None:
    for _ in range(number):
        make_secret(purpose=RESEMBLING)
    no_rules.undo()
    _checked.cache_clear()
    place = next(place for place in places() if place.table is Secret)

    with django_assert_num_queries(3):
        assert len(list(findings(place))) == number
