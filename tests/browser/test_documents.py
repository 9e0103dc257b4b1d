from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from audit.models import User
from inventory.models import Secret
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)
Visit = Callable[..., Visitor]
SAMPLE = Path(__file__).resolve().parents[2] / "documents" / "sample" / "northwind.md"
HOSTILE = "<script>document.title = 'taken'</script>" + "x" * 60


def paste(visitor: Visitor, text: str) -> None:
    visitor.open("/import/")
    visitor.page.get_by_label("Paste the document").fill(text)
    visitor.press("Check")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_document_is_pasted_checked_imported_and_read(visit: Visit, security: User, scripts: bool) -> None:
    visitor = visit(scripts=scripts)
    visitor.sign_in(security)

    paste(visitor, SAMPLE.read_text(encoding="utf-8"))
    assert Secret.objects.count() == 0
    visitor.press("Import 18 secrets")

    assert visitor.path == "/secrets/?owner=none"
    assert visitor.banner() == "Imported 18 secrets and 6 changes. 3 new secrets without an owner."
    assert Secret.objects.count() == 18


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_the_document_have_no_fault(visit: Visit, security: User, scheme: str) -> None:
    visitor = visit(scheme=scheme)
    visitor.sign_in(security)
    text = SAMPLE.read_text(encoding="utf-8").replace("2026-05-04", "07/08/2026").replace("Amara Okafor", HOSTILE)

    visitor.open("/import/")
    assert visitor.faults() == []
    paste(visitor, text)
    assert visitor.faults() == []
    visitor.page.get_by_label("Leave out the rows with problems").check()
    visitor.page.get_by_role("button", name="Import", exact=False).last.click()
    visitor.open("/document/")
    assert visitor.faults() == []
    assert visitor.page.title() == "Document · Secrets Index"


def test_a_file_is_chosen_and_its_problem_is_mended_in_the_text(visit: Visit, security: User, tmp_path: Path) -> None:
    visitor = visit()
    visitor.sign_in(security)
    path = tmp_path / "secrets.md"
    path.write_text(SAMPLE.read_text(encoding="utf-8").replace("2026-05-04", "07/08/2026"), encoding="utf-8")

    visitor.open("/import/")
    visitor.page.get_by_label("Or choose a file").set_input_files(path)
    visitor.press("Check")
    text = visitor.page.get_by_label("Document", exact=True)
    assert "This date may be two different days." in visitor.page.get_by_role("region", name="Problems").inner_text()
    text.fill(text.input_value().replace("07/08/2026", "2026-05-04"))
    visitor.press("Check again")
    visitor.press("Import 18 secrets")

    assert visitor.banner() == "Imported 18 secrets and 6 changes. 3 new secrets without an owner."
