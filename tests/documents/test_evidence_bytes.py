"""The bytes of a pack: the same for the same request, whole, and harmless whatever words stand in the register."""

from __future__ import annotations

import hashlib
import re
from datetime import date, timedelta

import pytest
from django.test import override_settings

from audit.acts import acting
from audit.ledger.head import head_at
from audit.past import end_of
from documents.evidence.packing import RECORD, Kept, packed
from documents.evidence.printing import as_csv, as_page
from documents.evidence.recording import download_again, make_pack
from documents.evidence.sheet import Sheet
from documents.evidence.wish import Wish
from documents.models import EvidencePack
from tests.documents.evidence import AS_OF, SECOND_QUARTER, Opened, noon, opened
from tests.factories import make_consumer, make_person, make_secret

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sealed_acts")]
HOSTILE = '=cmd|"/c calc"!A1\n<script>alert(1)</script>|`x`\u202e&'


@pytest.fixture
def filled(security):
    with (
        override_settings(DEMO=True),
        acting(actor=security, source="web", reason="Told for a test", at=noon(5, 1)),
    ):
        secret = make_secret(name="prod/stripe/key", owner=make_person(name="Olga"))
        make_consumer(secret=secret)
        return secret


def test_two_packs_of_the_same_request_are_the_same_bytes(filled):
    assert packed(SECOND_QUARTER).data == packed(SECOND_QUARTER).data


def test_making_and_downloading_packs_changes_no_pack(filled, security):
    before = packed(SECOND_QUARTER).data

    _, made = make_pack(SECOND_QUARTER, by=security, at=noon(7, 1), through="web")
    again = download_again(made, by=security, at=noon(7, 2), through="web")

    assert packed(SECOND_QUARTER).data == again.data == before


def test_what_is_entered_later_changes_no_pack_of_an_earlier_day(filled, owner):
    before = packed(SECOND_QUARTER).data

    with acting(actor=None, source="system", reason="Later"):
        filled.owner = owner
        filled.save()
        make_secret()

    assert packed(SECOND_QUARTER).data == before


def test_a_pack_of_a_day_that_is_not_over_is_made_again_as_it_was(filled, security):
    day = AS_OF
    wish = Wish(as_of=day, first_on=day, last_on=day)
    first, made = make_pack(wish, by=security, at=noon(6, 30), through="web")
    with (
        override_settings(DEMO=True),
        acting(actor=security, source="web", reason="In the afternoon", at=noon(6, 30) + timedelta(hours=3)),
    ):
        make_secret()

    again = download_again(made, by=security, at=noon(6, 30), through="web")

    assert again.data == first.data
    assert packed(wish).data != first.data


def test_the_manifest_and_the_sums_name_every_part_and_its_checksum(filled):
    pack = opened()
    hashes = {name: hashlib.sha256(part).hexdigest() for name, part in pack.parts.items()}

    files = {name: told["sha256"] for name, told in pack.manifest["files"].items()}
    lines = pack.parts["SHA256SUMS"].decode().splitlines()

    assert files == {name: value for name, value in hashes.items() if name not in ("manifest.json", "SHA256SUMS")}
    assert lines == sorted([f"{value}  {name}" for name, value in hashes.items() if name != "SHA256SUMS"], key=_name)
    assert sorted(pack.parts) == [
        *("SHA256SUMS", "access.csv", "access.html", "calendar-addresses.csv", "calendar-addresses.html"),
        *("changes.csv", "changes.html", "index.html", "inventory.csv", "inventory.html", "manifest.json"),
        *("ownership.csv", "ownership.html", "rotations-due.csv", "rotations-due.html"),
        *("rotations-recorded.csv", "rotations-recorded.html", "style.css"),
    ]


def _name(line):
    return line.split("  ")[1]


def test_no_part_says_when_it_was_made(filled):
    assert {info.date_time for info in opened().infos} == {(1980, 1, 1, 0, 0, 0)}


def test_the_manifest_says_what_the_pack_is_of(filled, settings):
    told = opened().manifest

    assert {name: told[name] for name in ("register", "time_zone", "period", "application", "chain_head")} == {
        "register": "Northwind",
        "time_zone": "Europe/Berlin",
        "period": {"first_on": "2026-04-01", "last_on": "2026-06-30"},
        "application": {"name": "Secrets Index", "version": settings.VERSION},
        "chain_head": str(head_at(end_of(date(2026, 6, 30)), without=RECORD)),
    }


def test_the_head_of_the_chain_stands_in_it_where_there_is_one(filled):
    pack = Opened(packed(SECOND_QUARTER, kept=Kept(0, "4711:abc", noon(7, 1))).data)

    assert pack.manifest["chain_head"] == "4711:abc"
    assert "chain head 4711:abc" in pack.page("index")


def test_every_page_says_what_it_is_of_and_asks_nothing_of_a_network(filled):
    pack = opened()

    for name, part in pack.parts.items():
        if name.endswith(".html"):
            page = part.decode()
            assert "Secrets Index, Northwind." in page
            assert "as of the end of 2026-06-30 (Europe/Berlin)" in page
            links = set(re.findall(r'(?:href|src)="([^"]+)"', page))
            assert links <= set(pack.parts), name
    assert "1 of 1 secrets." in pack.page("inventory")
    assert "url(" not in pack.parts["style.css"].decode()


def test_hostile_words_are_words_in_tables_and_pages(security):
    with (
        override_settings(DEMO=True),
        acting(actor=security, source="web", reason=HOSTILE, at=noon(5, 1)),
    ):
        secret = make_secret(name="prod/stripe/key", owner=make_person(name=HOSTILE), purpose=HOSTILE)
        make_consumer(secret=secret, name=HOSTILE)

    pack = opened()

    (row,) = pack.table("inventory")
    assert row["owner"] == row["purpose"] == row["used_by"] == f"'{HOSTILE}"
    for name, part in pack.parts.items():
        if name.endswith(".html"):
            assert "<script" not in part.decode(), name
    cells = [cell for name in pack.manifest["counts"] for row in pack.table(name) for cell in row.values()]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_begins_with_what_a_spreadsheet_runs(start):
    sheet = Sheet("x", "X", "", ["a"], [[f"{start}1"]], 1, 1, "things")

    assert f"'{start}1" in as_csv(sheet)


def test_a_page_says_what_only_the_table_holds():
    sheet = Sheet("x", "X", "Note.", ["a_b", "c"], [["1", "2"]], 1, 1, "things", printed=("c",))

    page = as_page(sheet, head="Head.")

    assert "The table <code>x.csv</code> holds also: a b." in page
    assert ("<td>2</td>" in page, "<td>1</td>" in page) == (True, False)


def test_the_record_of_packs_grows_and_never_changes(filled, security):
    _, made = make_pack(SECOND_QUARTER, by=security, at=noon(7, 1), through="web")

    for change in (
        made.save,
        made.delete,
        EvidencePack.objects.all().delete,
        lambda: EvidencePack.objects.update(by_name="x"),
    ):
        with pytest.raises(TypeError):
            change()
    assert EvidencePack.objects.get().by_name == "Sam Security"
