"""The auditor's way: the register as it was on a day, and the evidence pack of it, opened from disk."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.test import override_settings
from django.utils import timezone

from audit.acts import acting
from tests.factories import make_consumer, make_person, make_secret

THEN = "2026-06-30"


@pytest.fixture
def filled(transactional_db):
    at = timezone.make_aware(timezone.datetime(2026, 6, 1, 12))
    with override_settings(DEMO=True), acting(actor=None, source="system", reason="Then", at=at):
        secret = make_secret(name="prod/stripe/key", owner=make_person(name="Olga Before"), last_rotated_on=at.date())
        make_consumer(secret=secret, name="<b>worker</b>")
        make_secret(name="dev/stripe/key")
    with acting(actor=None, source="system", reason="Now"):
        secret.owner.name = "Olga After"
        secret.owner.save()
    return secret


def test_an_auditor_takes_the_inventory_of_a_day_away(visit, filled, auditor, tmp_path):
    visitor = visit()
    visitor.sign_in(auditor)
    visitor.open("/")
    page = visitor.page

    page.get_by_role("link", name="Secrets", exact=True).click()
    page.get_by_label("As of").fill(THEN)
    page.get_by_label("As of").press("Enter")
    assert "The register as it was at the end of 2026-06-30" in visitor.banner()
    assert page.get_by_role("cell", name="Olga Before").count() == 1
    assert visitor.faults() == []
    visitor.press("Export this date")
    assert visitor.banner().startswith("Evidence pack made: 2 of 2 secrets.")
    assert visitor.faults() == []
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download", exact=True).click()
    path = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(path)

    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        archive.extractall(tmp_path)
    page.goto((tmp_path / "index.html").as_uri())
    page.get_by_role("link", name="Inventory", exact=True).click()
    assert page.get_by_role("cell", name="Olga Before").count() == 1
    assert page.evaluate("getComputedStyle(document.querySelector('table')).borderCollapse") == "collapse"
    assert visitor.complaints == []


def test_a_past_secret_has_no_faults_in_either_scheme(visit, filled, auditor):
    for scheme in ("light", "dark"):
        visitor = visit(scheme=scheme)
        visitor.sign_in(auditor)

        page = visitor.open(f"/secrets/prod/stripe/key/?as_of={THEN}")

        assert page.get_by_text("Olga Before").count() == 1
        assert visitor.faults() == []
        visitor.open("/secrets/?as_of=2999-01-01")
        assert visitor.faults() == []
        visitor.open("/evidence/")
        assert visitor.faults() == []


def test_it_works_without_scripts(visit, filled, auditor):
    visitor = visit(scripts=False)
    visitor.sign_in(auditor)

    page = visitor.open(f"/secrets/?as_of={THEN}&owner=none")
    page.get_by_label("Remove filter No owner").click()

    assert visitor.path == f"/secrets/?as_of={THEN}"
