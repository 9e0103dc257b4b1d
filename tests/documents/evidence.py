"""Packs for tests: made and opened again."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import date

from django.utils import timezone

from documents.evidence.packing import packed
from documents.evidence.wish import Wish

AS_OF = date(2026, 6, 30)
SECOND_QUARTER = Wish(as_of=AS_OF, first_on=date(2026, 4, 1), last_on=AS_OF)


def noon(month: int, day: int):
    return timezone.make_aware(timezone.datetime(2026, month, day, 12))


class Opened:
    """The parts of a pack."""

    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            self.infos = archive.infolist()
            self.parts = {name: archive.read(name) for name in archive.namelist()}
        self.manifest = json.loads(self.parts["manifest.json"])

    def table(self, name: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.parts[f"{name}.csv"].decode(), newline="")))

    def page(self, name: str) -> str:
        return self.parts[f"{name}.html"].decode()

    def covers(self, name: str) -> str:
        return self.manifest["counts"][name]["covers"]


def opened(wish: Wish = SECOND_QUARTER) -> Opened:
    return Opened(packed(wish).data)
