"""Makes a pack: the same request on the same state gives the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from audit.ledger.head import head_at
from documents.evidence import access, changes, inventory, rotations
from documents.evidence.collecting import Ground
from documents.evidence.manifest import counts_of, head_of, manifest, sha256, sums
from documents.evidence.printing import STYLE, as_cover, as_csv, as_page
from documents.evidence.sheet import Sheet
from documents.evidence.wish import Wish
from documents.models import EvidencePack

# The first moment a ZIP file can name: no part says when it was made.
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o100644 << 16
_UNIX = 3
# Entries about packs themselves are left out of them: making one changes nothing of the next.
RECORD = (EvidencePack._meta.db_table,)


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack with what is told of it."""

    data: bytes
    file_name: str
    sha256: str
    counts: Mapping[str, Mapping[str, str | int]]
    filter_words: str
    cut: int
    chain_head: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What was true when a pack was made: with it the same bytes are made again after more was entered."""

    cut: int
    chain_head: str
    at: datetime


def packed(wish: Wish, *, kept: Kept | None = None) -> Pack:
    """Return the pack that is wished for, `kept` being what was kept of one that was made before.

    The number of queries does not depend on the size of the register; all of the pack is in memory.
    """
    ground = Ground(wish, cut=kept.cut if kept else None, at=kept.at if kept else None)
    head = kept.chain_head if kept else str(head_at(ground.past.moment, without=RECORD) or "")
    sheets = _sheets(ground)
    parts = _parts(ground, sheets, head)
    data = _zipped(parts)
    place = f"-{wish.environment}" if wish.environment else ""
    name = f"evidence-{wish.as_of}{place}.zip"
    return Pack(data, name, sha256(data), counts_of(sheets), ground.filter_words, ground.past.cut, head)


def _sheets(ground: Ground) -> Sequence[Sheet]:
    return (
        inventory.sheet(ground),
        rotations.due(ground),
        rotations.recorded(ground),
        changes.hands(ground),
        changes.changes(ground),
        access.accounts(ground),
        access.feeds(ground),
    )


def _parts(ground: Ground, sheets: Sequence[Sheet], chain_head: str) -> dict[str, bytes]:
    head = head_of(ground, chain_head=chain_head)
    parts = {"style.css": STYLE.encode(), "index.html": as_cover(sheets, head=head).encode()}
    for sheet in sheets:
        parts[f"{sheet.name}.csv"] = as_csv(sheet).encode()
        parts[f"{sheet.name}.html"] = as_page(sheet, head=head).encode()
    parts["manifest.json"] = manifest(ground, sheets, parts, chain_head=chain_head)
    return parts | {"SHA256SUMS": sums(parts)}


def _zipped(parts: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, part in sorted(parts.items()):
            entry = zipfile.ZipInfo(name, _NO_TIME)
            entry.create_system, entry.external_attr = _UNIX, _READABLE
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, part)
    return file.getvalue()
