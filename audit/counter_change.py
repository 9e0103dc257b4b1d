"""Knows the exact counter-change of a change set: each column back to what its history says it was, where it can be.

It works on every tracked model alike, with the rules of the model (`full_clean`), and asks the model's admin who may
change a row: there every floor has put its policies already. Dates of rotations are never turned back here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max, Q

from audit import reviewing
from audit.acts import because, current_act
from audit.change_sets import ChangeRow, ChangeSet
from audit.history import history_of
from audit.models import User
from audit.policies import may_take_back
from audit.register_admin import PoliciesAdmin

Row = Any  # a tracked row or a copy of one: their fields are known at run time only
MOST_ROWS = 100
_ROTATIONS = "What was recorded of a rotation is taken back on the page of the rotation, not here."
# Columns that the recording of rotations alone moves, by the label of the model; "*" is every column.
_HELD = {
    "inventory.secret": frozenset({"last_rotated_on"}),
    "rotations.rotation": frozenset({"state", "completed_on"}),
    "rotations.rotationitem": frozenset({"*"}),
}
# A date that follows from others unless it was given with a reason: the column of the reason.
_FOLLOWS = {"inventory.secret": ("next_rotation_on", "next_rotation_reason")}


@dataclass(frozen=True, slots=True)
class FieldBack:
    """One field that goes back: its name, what it says now and what it will say again, in words; and its column."""

    label: str
    now: str
    back: str
    attname: str
    value: Any


@dataclass(slots=True)
class RowBack:
    """One row of the change: which fields of it go back, and what does not, with the reason."""

    row: ChangeRow
    fields: list[FieldBack] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    live: Row = None


@dataclass(frozen=True, slots=True)
class CounterChange:
    """What goes back of a change set, and what is left to be done by hand."""

    rows: Sequence[RowBack]
    refused: str = ""

    @property
    def is_possible(self) -> bool:
        """Whether anything at all goes back."""
        return any(row.fields for row in self.rows)


@dataclass(frozen=True, slots=True)
class _Copies:
    """The copies of one model's rows: as they are now, before the change set, and as it left them, by key.

    `left` names, by column, those that the copies before refer to and who are no longer active.
    """

    model: Any
    live: Mapping[str, Row]
    before: Mapping[str, Row]
    after: Mapping[str, Row]
    left: Mapping[str, frozenset[Any]]


def counter_change(change_set: ChangeSet, *, by: User, lock: bool = False) -> CounterChange:
    """Return the counter-change of `change_set` that `by` may make; `lock` for whoever is about to make it.

    The number of queries grows with the number of models, not of rows.
    """
    rows = list(ChangeRow.objects.filter(change_set=change_set).order_by("pk")[: MOST_ROWS + 1])
    if len(rows) > MOST_ROWS:
        return CounterChange([], f"It changed more than {MOST_ROWS} rows: take back by hand what was wrong.")
    grouped: dict[tuple[str, str], list[ChangeRow]] = {}
    for row in rows:
        grouped.setdefault((row.model, row.object_id), []).append(row)
    copies = {label: _copies(label, rows, lock) for label in {row.model for row in rows}}
    return CounterChange([_row_back(own, copies[label], by) for (label, _), own in grouped.items()])


def take_back(change_set: ChangeSet, *, by: User, at: datetime) -> ChangeSet:
    """Make the counter-change, which settles the objection, and return the change set that it is; all or nothing.

    Raises PermissionDenied where `by` may not, ValidationError where no objection is open, nothing can go back, or a
    row would break a rule.
    """
    if not may_take_back(by, change_set):
        raise PermissionDenied(f"{change_set} is not yours to take back.")
    with transaction.atomic():
        waiting = reviewing.open_objection(change_set)
        objection = waiting.objection
        name, words = (objection.reviewer_name, objection.comment) if objection is not None else ("", "")
        because(f"Takes back entry {change_set.pk} after an objection by {name}: {words}")
        found = counter_change(change_set, by=by, lock=True)
        if not found.is_possible:
            raise ValidationError("Nothing of it can be taken back here. Do it by hand, then answer.", code="by_hand")
        for row in found.rows:
            _put_back(row)
        counter = current_act().change_set()
        reviewing.settle_with(waiting, counter=counter, by=by, at=at)
        return counter


def _put_back(row: RowBack) -> None:
    if not row.fields:
        return
    for item in row.fields:
        setattr(row.live, item.attname, item.value)
    try:
        row.live.full_clean()
    except ValidationError as error:
        raise ValidationError(f"{row.row.object_text}: {' '.join(error.messages)}", code="rule") from None
    row.live.save()


def _row_back(own: Sequence[ChangeRow], copies: _Copies | None, by: User) -> RowBack:
    first, last = own[0], own[-1]
    found = RowBack(first, live=copies.live.get(first.object_id) if copies is not None else None)
    if last.change_type == ChangeRow.Type.REMOVED:
        if first.change_type != ChangeRow.Type.ADDED:
            found.refused.append("It was removed. Add it again by hand.")
    elif copies is None or found.live is None:
        found.refused.append("It is gone.")
    elif first.change_type == ChangeRow.Type.ADDED:
        _end(found, copies)
    else:
        _go_back(found, own, copies)
    if found.fields and not _may_change(by, found.live):
        found.fields, found.refused = [], [*found.refused, "It is not yours to change here."]
    return found


def _end(found: RowBack, copies: _Copies) -> None:
    """Offer to retire or deactivate what was added: it is never removed."""
    fields = {item.name: item for item in copies.model._meta.concrete_fields}
    status, active = fields.get("status"), fields.get("is_active")
    words = dict(status.flatchoices) if status is not None else {}
    if status is not None and "retired" in words:
        if found.live.status != "retired":
            found.fields.append(FieldBack("Status", words[found.live.status], words["retired"], "status", "retired"))
    elif active is not None:
        if found.live.is_active:
            found.fields.append(FieldBack("Active", "Yes", "No", "is_active", False))
    else:
        found.refused.append("It was added, and what was added is not removed here. Remove it by hand.")


def _go_back(found: RowBack, own: Sequence[ChangeRow], copies: _Copies) -> None:
    key, label = own[0].object_id, own[0].model
    before, after = copies.before.get(key), copies.after[key]
    if before is None:
        found.refused.append("Its history does not say what it was before.")
        return
    words = _Words(own)
    for item in _changed_fields(copies.model, before, after):
        live, value = getattr(found.live, item.attname), getattr(before, item.attname)
        if live == value or _follows(label, item.name, before, after):
            continue
        name = words.label(item)
        if _is_held(label, item.name):
            found.refused.append(_ROTATIONS)
        elif live != getattr(after, item.attname):
            found.refused.append(f"{name} was changed again since.")
        elif value in copies.left.get(item.attname, ()):
            found.refused.append(f"{name}: {words.before(item)} is no longer active.")
        else:
            found.fields.append(FieldBack(name, words.after(item), words.before(item), item.attname, value))


class _Words:
    """What the change log says of the fields of one row: names as they were, not ids."""

    def __init__(self, own: Sequence[ChangeRow]) -> None:
        told = [item for row in own for item in row.fields]
        self._first = {item["field"]: item for item in reversed(told)}
        self._last = {item["field"]: item for item in told}

    def label(self, item: Any) -> str:
        return self._first[item.name]["label"] if item.name in self._first else str(item.verbose_name).capitalize()

    def before(self, item: Any) -> str:
        return str(self._first.get(item.name, {}).get("before", ""))

    def after(self, item: Any) -> str:
        return str(self._last.get(item.name, {}).get("after", ""))


def _changed_fields(model: Any, before: Row, after: Row) -> Iterator[Any]:
    for item in history_of(model).tracked_fields:
        can_be_set = item.editable and not item.primary_key and not item.generated
        if can_be_set and getattr(before, item.attname) != getattr(after, item.attname):
            yield item


def _is_held(label: str, name: str) -> bool:
    return bool(_HELD.get(label, frozenset()) & {name, "*"})


def _follows(label: str, name: str, before: Row, after: Row) -> bool:
    """Return whether the field needs no turning back: it follows from others, or went with a recorded rotation."""
    column, reason = _FOLLOWS.get(label, ("", ""))
    if name not in (column, reason):
        return False
    if any(getattr(before, held) != getattr(after, held) for held in _HELD[label]):
        return True
    return name == column and not (getattr(before, reason) or getattr(after, reason))


def _left(model: Any, rows: Sequence[Row]) -> Iterator[tuple[str, frozenset[Any]]]:
    for item in history_of(model).tracked_fields:
        if not item.is_relation or not any(f.name == "is_active" for f in item.related_model._meta.concrete_fields):
            continue
        named, target = {getattr(row, item.attname) for row in rows} - {None}, item.target_field.attname
        gone = item.related_model._base_manager.filter(**{f"{target}__in": named}, is_active=False)
        yield item.attname, frozenset(gone.values_list(target, flat=True)) if named else frozenset()


def _may_change(by: User, live: Row) -> bool:
    shown = admin.site._registry.get(type(live))
    return isinstance(shown, PoliciesAdmin) and shown.may_change(by, live)


def _copies(label: str, rows: Sequence[ChangeRow], lock: bool) -> _Copies | None:
    try:
        model: Any = apps.get_model(label)
    except LookupError:
        return None
    own = [row for row in rows if row.model == label]
    history, key = history_of(model), model._meta.pk.attname
    # Rows come in the order of writing: reversed, the first copy of each row is the one that stays.
    first = {row.object_id: row.history_id for row in reversed(own)}
    last = {row.object_id: row.history_id for row in own}
    earlier = Q(pk__in=[])
    for object_id, history_id in first.items():
        earlier |= Q(**{key: object_id}, history_id__lt=history_id)
    newest = history.objects.filter(earlier).order_by().values(key).annotate(newest=Max("history_id")).values("newest")
    before = list(history.objects.filter(history_id__in=newest))
    live = model._base_manager.filter(pk__in=first)
    return _Copies(
        model,
        live=_by_key(live.select_for_update(of=("self",)).order_by("pk") if lock else live, key),
        before=_by_key(before, key),
        after=_by_key(history.objects.filter(history_id__in=last.values()), key),
        left=dict(_left(model, before)),
    )


def _by_key(rows: Iterable[Row], key: str) -> dict[str, Row]:
    return {str(getattr(row, key)): row for row in rows}
