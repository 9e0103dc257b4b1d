"""Knows how a change set is told in one sentence: who did what to which row, and how many rows went along.

Rows of the floors above are known here by the labels of their models only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.apps import apps

from audit.models import ChangeRow

# Of the rows of one entry the first of these kinds is what it is about; the last ones are parts of others.
SUBJECTS = ("inventory.secret", "rotations.rotation", "contacts.person", "contacts.team", "inventory.secrettype")
PARTS = ("rotations.rotationitem", "inventory.consumer", "contacts.absence", "audit.rolegrant")
_VERBS = {"+": "added", "~": "changed", "-": "removed"}


@dataclass(frozen=True, slots=True)
class Phrase:
    """What was done, around the name of what it was done to: "marked … compromised"."""

    verb: str
    tail: str = ""
    # Whether rows of other kinds are of the act itself, so that they need no mention.
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class Headline:
    """The sentence of one entry: either `row` is its object, or `several` in words."""

    phrase: Phrase
    row: ChangeRow | None
    several: str
    others: int
    place: ChangeRow | None


def headline(rows: Sequence[ChangeRow], counts: Mapping[tuple[str, str], int]) -> Headline | None:
    """Return the sentence for an entry, or None where it changed no row.

    `rows` are its first rows, those it is about before the others; `counts` the number of all by model and type.
    """
    if not rows:
        return None
    model = rows[0].model
    own = [row for row in rows if row.model == model]
    total = sum(count for (label, _), count in counts.items() if label == model)
    phrase = _phrase_of_all(own) if len(own) == total else _phrase_of_types(model, counts)
    others = 0 if phrase.is_whole else sum(counts.values()) - total
    place = next((row for row in rows if row.model == "rotations.rotation" and model != row.model), None)
    shown = own[0] if total == 1 else None
    return Headline(phrase, shown, f"{total} {plural_of(model)}", others, place if phrase.is_whole else None)


def phrase_of(row: ChangeRow) -> Phrase:
    """Return what was done to one row; a change of one field names the field."""
    if row.change_type != ChangeRow.Type.CHANGED:
        return Phrase(verb_of(row))
    after = {item["field"]: item["after"] for item in row.fields}
    special = _SPECIAL.get(row.model)
    found = special(after) if special is not None else None
    if any(item["field"] == "last_rotated_on" and item["after"] < item["before"] for item in row.fields):
        found = _TAKEN_BACK
    if found is None and len(row.fields) == 1:
        found = Phrase(f"changed the {_in_a_sentence(row.fields[0]['label'])} of")
    return found or Phrase("changed")


def verb_of(row: ChangeRow) -> str:
    """Return what was done to a row, in one verb."""
    return _VERBS.get(row.change_type, "changed")


def singular_of(label: str) -> str:
    """Return what one row of the model is called, also where the model is gone."""
    try:
        return str(apps.get_model(label)._meta.verbose_name)
    except LookupError:
        return label.partition(".")[2]


def plural_of(label: str) -> str:
    """Return what several rows of the model are called, also where the model is gone."""
    try:
        return str(apps.get_model(label)._meta.verbose_name_plural)
    except LookupError:
        return f"{label.partition('.')[2]} entries"


def _phrase_of_all(rows: Sequence[ChangeRow]) -> Phrase:
    phrases = {phrase_of(row) for row in rows}
    return phrases.pop() if len(phrases) == 1 else Phrase(_shared({row.change_type for row in rows}))


def _phrase_of_types(model: str, counts: Mapping[tuple[str, str], int]) -> Phrase:
    return Phrase(_shared({change_type for label, change_type in counts if label == model}))


def _shared(types: set[str]) -> str:
    return _VERBS.get(types.pop(), "changed") if len(types) == 1 else "changed"


# Days are texts in the change log that grow with the day; none is "".
_TAKEN_BACK = Phrase("took back the rotation of", is_whole=True)


def _of_a_secret(after: Mapping[str, str]) -> Phrase | None:
    status = after.get("status", "")
    if "last_rotated_on" in after:
        return Phrase("rotated", is_whole=True)
    if status == "Compromised":
        return Phrase("marked", "compromised", is_whole=True)
    if status == "Retired":
        return Phrase("retired")
    if after.keys() == {"owner", "backup_owner"}:
        return Phrase("changed the owner and the backup owner of")
    if after.keys() in ({"next_rotation_on"}, {"next_rotation_on", "next_rotation_reason"}):
        return Phrase("moved the next rotation of")
    return None


def _of_a_rotation(after: Mapping[str, str]) -> Phrase | None:
    verbs = {"Complete": "completed", "Cancelled": "cancelled", "In progress": "began"}
    state = after.get("state", "")
    return Phrase(verbs[state]) if state in verbs else None


def _of_somebody(after: Mapping[str, str]) -> Phrase | None:
    if "is_active" not in after:
        return None
    return Phrase("deactivated" if after["is_active"] == "No" else "activated")


def _in_a_sentence(label: str) -> str:
    """Return the label as it stands inside a sentence: "Slack handle" keeps its capital, "Owner" does not."""
    return label if label.partition(" ")[0] == "Slack" else label[:1].lower() + label[1:]


_SPECIAL: dict[str, Callable[[Mapping[str, str]], Phrase | None]] = {
    "inventory.secret": _of_a_secret,
    "rotations.rotation": _of_a_rotation,
    "contacts.person": _of_somebody,
    "audit.user": _of_somebody,
}
