"""Knows the sheets about changes: who changed what, when and why, who looked it over, and what changed hands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set

from audit.headlines import singular_of
from audit.models import ChangeReview, ChangeRow, ChangeSet, LedgerEntry
from documents.evidence.collecting import Ground, Line
from documents.evidence.sheet import Sheet, instant

COLUMNS = ("entry", "at", "by", "through", "reason", "kind", "what", "done", "before_and_after", "reviewed")
HANDS_COLUMNS = ("at", "what", "field", "before", "after", "by", "reason", "entry")
_HANDS = {
    "inventory.secret": ("owner", "backup_owner", "team"),
    "inventory.secrettype": ("responsible_team",),
}

_SOURCES = {source.value: str(source.label) for source in ChangeSet.Source}
_VERDICTS = {verdict.value: str(verdict.label) for verdict in ChangeReview.Verdict}
_DONE = {done.value: str(done.label).lower() for done in ChangeRow.Type}


def changes(ground: Ground) -> Sheet:
    """Return every changed row of the period, with the change set it belongs to."""
    asked = {line.change_set for line in ground.lines if ground.is_asked_for(line)}
    reviews = _reviews(ground, asked)
    return Sheet(
        name="changes",
        title="Changes",
        note="Every change set of the period with each row that it changed, in the words of its moment. With an"
        " environment, those that changed a secret of it or its rotations, with all their rows.",
        columns=COLUMNS,
        rows=[_row(line, reviews, ground.wish.with_phones) for line in ground.lines if line.change_set in asked],
        covered=len(asked),
        of=len({line.change_set for line in ground.lines}),
        noun="change sets",
        printed=("entry", "at", "by", "reason", "what", "done", "before_and_after", "reviewed"),
    )


def hands(ground: Ground) -> Sheet:
    """Return the changes of owner, backup owner and team of the period."""
    told = [(line, row) for line in ground.lines for row in _changed_hands(line)]
    rows = [row for line, row in told if ground.is_asked_for(line)]
    return Sheet(
        name="ownership",
        title="Ownership changes",
        note="Who got and lost a secret in the period, with the names of that moment; the teams that types give to"
        " their secrets too, unless an environment was chosen.",
        columns=HANDS_COLUMNS,
        rows=rows,
        covered=len(rows),
        of=len(told),
        noun="ownership changes",
    )


def _row(line: Line, reviews: Mapping[int, str], with_phones: bool) -> list[str]:
    return [
        str(line.change_set),
        instant(line.at),
        line.actor or "the system",
        _SOURCES[line.source],
        line.reason,
        singular_of(line.model),
        line.object_text,
        _DONE[line.change_type],
        "; ".join(_difference(field, with_phones) for field in line.fields),
        reviews.get(line.change_set, ""),
    ]


def _difference(field: Mapping[str, str], with_phones: bool) -> str:
    if field.get("field") == "phone" and not with_phones:
        return f"{field.get('label')}: left out"
    before, after = str(field.get("before") or ""), str(field.get("after") or "")
    return f"{field.get('label')}: {before or 'nothing'} → {after or 'nothing'}"


def _changed_hands(line: Line) -> Iterator[list[str]]:
    for field in line.fields if line.model in _HANDS else ():
        if field.get("field") in _HANDS[line.model]:
            words = [str(field.get("label")), str(field.get("before") or ""), str(field.get("after") or "")]
            actor = line.actor or "the system"
            yield [instant(line.at), line.object_text, *words, actor, line.reason, str(line.change_set)]


def _reviews(ground: Ground, change_sets: Set[int]) -> dict[int, str]:
    """Return in words who of the security team looked over which of `change_sets` by then, by the order of sealing."""
    sealed = LedgerEntry.objects.filter(table_name=ChangeReview._meta.db_table, seq__lte=ground.past.cut)
    written = ChangeReview.objects.filter(pk__in=sealed.values("row_key")).order_by("pk")
    found: dict[int, list[str]] = {}
    for review in written.values_list("change_set", "verdict", "reviewer_name", "at", "comment", named=True):
        if review.change_set in change_sets:
            words = f"{_VERDICTS[review.verdict]} by {review.reviewer_name} at {instant(review.at)}"
            found.setdefault(review.change_set, []).append(f"{words}: {review.comment}" if review.comment else words)
    return {key: "; ".join(words) for key, words in found.items()}
