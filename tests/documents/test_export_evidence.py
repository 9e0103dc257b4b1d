"""The command that makes evidence packs."""

from __future__ import annotations

import hashlib
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from audit.acts import acting
from documents.models import EvidencePack
from tests.documents.evidence import Opened, noon
from tests.factories import make_secret

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sealed_acts")]


@pytest.fixture
def filled(auditor):
    with override_settings(DEMO=True), acting(actor=None, source="system", reason="Then", at=noon(5, 1)):
        make_secret(name="prod/stripe/key")
        make_secret(name="dev/stripe/key")


def export(*options):
    out = StringIO()
    call_command("export_evidence", "--as", "ada", *map(str, options), stdout=out)
    return out.getvalue().splitlines()


def test_it_writes_the_pack_says_what_it_covers_and_records_who_made_it(filled, auditor, tmp_path):
    path = tmp_path / "pack.zip"

    lines = export("--as-of", "2026-06-30", "--from", "2026-05-01", "--environment", "prod", "--output", path)

    made, data = EvidencePack.objects.get(), path.read_bytes()
    assert lines[:2] == [str(path), "inventory: 1 of 2 secrets, 1 lines"]
    assert lines[-1] == f"SHA-256: {hashlib.sha256(data).hexdigest()}"
    assert (made.sha256, made.by, made.through, made.reason) == (
        *(hashlib.sha256(data).hexdigest(), auditor, "command", "Evidence asked for"),
    )
    assert Opened(data).manifest["period"] == {"first_on": "2026-05-01", "last_on": "2026-06-30"}


def test_the_page_and_the_command_make_the_same_bytes(filled, client, auditor, tmp_path):
    export("--as-of", "2026-06-30", "--output", tmp_path / "pack.zip")
    client.force_login(auditor)
    client.post("/evidence/", {"as_of": "2026-06-30"})

    assert len({pack.sha256 for pack in EvidencePack.objects.all()}) == 1


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--as-of", "2999-01-01"], "--as-of: Choose a day up to today."),
        (["--as-of", "2026-06-30", "--to", "x"], "--to: Write the day as 2026-06-30: year, month, day."),
        (["--as-of", "2026-06-30", "--from", "2026-07-01"], "The period ends before it begins."),
        (
            ["--as-of", "2026-06-30", "--to", "2026-07-01"],
            "The period ends after the day of the register. Choose a later day.",
        ),
        (
            ["--as-of", "2026-06-30", "--environment", "moon"],
            "There is no environment moon. Name one that exists with --environment.",
        ),
    ],
)
def test_what_cannot_be_made_is_one_line_and_nothing_is_recorded(filled, tmp_path, options, words):
    with pytest.raises(CommandError) as refused:
        export(*options, "--output", tmp_path / "pack.zip")

    assert str(refused.value) == words
    assert (EvidencePack.objects.count(), list(tmp_path.iterdir())) == (0, [])


def test_a_file_that_cannot_be_written_leaves_no_record(filled, tmp_path):
    with pytest.raises(CommandError):
        export("--as-of", "2026-06-30", "--output", tmp_path / "none" / "pack.zip")

    assert EvidencePack.objects.count() == 0


def test_an_owner_may_not(filled, owner):
    with pytest.raises(CommandError) as refused:
        call_command("export_evidence", "--as", "olga", "--as-of", "2026-06-30")

    assert "olga may not do this" in str(refused.value)
