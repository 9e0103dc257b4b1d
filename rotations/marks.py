"""What is said of single secrets in a rotation beside that they were rotated: verified, old one revoked, set aside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from audit.acts import because, current_act
from audit.models import User
from rotations.completion import UNDO_MINUTES, complete_if_done
from rotations.models import Rotation, RotationItem, RotationTask
from rotations.models.rotation import SET_ASIDE
from rotations.policies import may_record

Outcome, State = RotationItem.Outcome, Rotation.State
MOST_EVIDENCE = 500
# The fields of a mark: its day, and who set it.
MARKS = {"verified": ("verified_on", "verified_by"), "revoked": ("old_revoked_on", "old_revoked_by")}


def verify(
    *, items: Sequence[RotationItem], by: User, on: date, today: date, evidence: str = ""
) -> Sequence[RotationItem]:
    """Say that services work with the new values of `items` since `on`; all or none.

    Raises PermissionDenied where `by` may not record one of them, and ValidationError with code "not_rotated",
    "marked" where somebody said so already, "future", "before" for a day before the rotation, or "long".
    """
    because(f"Verified on {on}")
    with _locked(items, by) as rows:
        for item in rows:
            _check_day(item, on, today, marked_on=item.verified_on, words="verified")
            item.verified_on, item.verified_by = on, by
            item.evidence = _more(item, evidence)
        _write(rows, "verified_on", "verified_by", "evidence")
        _finish(rows, on, by)
        return rows


def revoke_old(
    *, items: Sequence[RotationItem], by: User, on: date, today: date, evidence: str = ""
) -> Sequence[RotationItem]:
    """Say that the old values of `items` no longer work since `on`; all or none. What is done then is complete.

    Raises as `verify` does.
    """
    because(f"Old one revoked on {on}")
    with _locked(items, by) as rows:
        for item in rows:
            _check_day(item, on, today, marked_on=item.old_revoked_on, words="marked as revoked")
            item.old_revoked_on, item.old_revoked_by = on, by
            item.evidence = _more(item, evidence)
        _write(rows, "old_revoked_on", "old_revoked_by", "evidence")
        _finish(rows, on, by)
        return rows


def set_aside(*, items: Sequence[RotationItem], outcome: str, reason: str, by: User, today: date) -> list[RotationItem]:
    """Say that `items` failed, are skipped or deferred, and why; no date moves. All or none.

    Raises PermissionDenied as `verify` does, and ValidationError with code "reason" without one, "outcome" for
    another outcome, and "recorded" where something was recorded of one.
    """
    if outcome not in SET_ASIDE:
        raise ValidationError("Choose failed, skipped or deferred.", code="outcome")
    if not reason.strip():
        raise ValidationError("Say why.", code="reason")
    because(reason)
    with _locked(items, by) as rows:
        for item in rows:
            if item.outcome != Outcome.OPEN or not item.rotation.is_open:
                raise ValidationError(_moved_on(item), code="recorded")
            item.outcome, item.note = outcome, reason.strip()
            item.recorded_by, item.recorded_at = by, current_act().now()
        _write(rows, "outcome", "note", "recorded_by", "recorded_at")
        _finish(rows, today, by)
        return rows


def put_back(*, items: Sequence[RotationItem], by: User) -> list[RotationItem]:
    """Put `items` that were set aside back among what is to do; the entry that set them aside stays.

    Raises PermissionDenied as `verify` does, and ValidationError with code "recorded" where one was not set aside or
    the rotation is over.
    """
    because("To do again")
    with _locked(items, by) as rows:
        for item in rows:
            if item.outcome not in SET_ASIDE or not item.rotation.is_open:
                raise ValidationError(_moved_on(item), code="recorded")
            item.outcome, item.recorded_by, item.recorded_at = Outcome.OPEN, None, None
        _write(rows, "outcome", "recorded_by", "recorded_at")
        return rows


def take_back(*, items: Sequence[RotationItem], mark: str, by: User) -> list[RotationItem]:
    """Take back that `items` are "verified", or their old ones "revoked"; the entry that said so stays.

    A rotation that was complete because nothing was left goes on. Raises PermissionDenied as `verify` does, and
    ValidationError with code "not_marked", or "late" after ten minutes.
    """
    because("Marked by mistake, taken back")
    day, who = MARKS[mark]
    with _locked(items, by) as rows:
        for item in rows:
            if getattr(item, day) is None:
                raise ValidationError(f"{item.secret} is not {mark} any more. Nothing was changed.", code="not_marked")
        _check_time(rows, day)
        for item in rows:
            setattr(item, day, None)
            setattr(item, who, None)
        keys = {item.rotation_id for item in rows}
        if mark == "revoked":
            _go_on(keys)
            _open_clean_ups(keys)
        else:
            steps = RotationTask.objects.filter(rotation__in=keys, kind=RotationTask.Kind.VERIFY)
            _go_on(set(steps.values_list("rotation_id", flat=True)))
        _write(rows, day, who)
        return rows


def marked_at(items: Iterable[RotationItem]) -> Mapping[str, Mapping[int, datetime]]:
    """Return when the marks of `items` were set, by the field of the mark and the item's key; one query."""
    versions = RotationItem.history.filter(id__in=[item.pk for item in items]).order_by("history_id")
    found: dict[str, dict[int, datetime]] = {name: {} for name, _ in MARKS.values()}
    for key, at, *days in versions.values_list("id", "history_date", *found):
        for name, day in zip(found, days, strict=True):
            if day is None:
                found[name].pop(key, None)
            else:
                found[name].setdefault(key, at)
    return found


@contextmanager
def _locked(items: Sequence[RotationItem], by: User) -> Iterator[list[RotationItem]]:
    """Lock the rows as they are, all of one act; raise PermissionDenied where one is not `by`'s to record."""
    with transaction.atomic():
        keys = [item.pk for item in items]
        chosen = RotationItem.objects.filter(pk__in=keys).select_for_update(of=("self",)).order_by("pk")
        rows = list(chosen.select_related("secret"))
        # Read after the lock: whoever ends a rotation locks its items first.
        rotations = Rotation.objects.in_bulk({item.rotation_id for item in rows})
        for item in rows:
            item.rotation = rotations[item.rotation_id]
            if not may_record(by, item.secret, item.rotation):
                raise PermissionDenied(f"{item.secret} is not yours to record.")
        yield rows


def _write(rows: Sequence[RotationItem], *names: str) -> None:
    RotationItem.objects.bulk_update(rows, names, batch_size=500)


def _check_day(item: RotationItem, on: date, today: date, *, marked_on: date | None, words: str) -> None:
    if on > today:
        raise ValidationError("Choose a date up to today.", code="future")
    if item.outcome != Outcome.ROTATED or item.rotated_on is None:
        raise ValidationError(f"{item.secret} is not rotated yet. Record that first.", code="not_rotated")
    if marked_on is not None:
        words = f"{item.secret} is {words} already, on {marked_on}. Nothing was written."
        raise ValidationError(words, code="marked")
    if on < item.rotated_on:
        words = f"{item.secret} was rotated on {item.rotated_on}. Choose that day or a later one."
        raise ValidationError(words, code="before")


def _check_time(rows: Sequence[RotationItem], day: str) -> None:
    """Raise ValidationError with code "late" where one of `rows` was marked longer than ten minutes ago; one query."""
    since = current_act().now() - timedelta(minutes=UNDO_MINUTES)
    if any(at < since for at in marked_at(rows)[day].values()):
        raise ValidationError(f"Undo is possible for {UNDO_MINUTES} minutes. Ask security to correct it.", code="late")


def _more(item: RotationItem, evidence: str) -> str:
    """Return the evidence with what was there before."""
    whole = "; ".join(part for part in (item.evidence, evidence.strip()) if part)
    if len(whole) > MOST_EVIDENCE:
        words = f"There is no room for more evidence on {item.secret}. Name a ticket that holds the rest."
        raise ValidationError(words, code="long")
    return whole


def _moved_on(item: RotationItem) -> str:
    return f"{item.secret} is {item.get_outcome_display().lower()} by now. Look at the rotation again."


def _finish(rows: Sequence[RotationItem], on: date, by: User) -> None:
    rotations = {item.rotation_id: item.rotation for item in rows}
    complete_if_done(list(rotations.values()), on=on, by=by)


def _go_on(keys: set[int]) -> None:
    """Open those of the rotations again that were complete because nothing was left."""
    over = list(Rotation.objects.filter(pk__in=keys, state=State.COMPLETE, old_alive_reason="").select_for_update())
    for rotation in over:
        rotation.state, rotation.completed_on = State.IN_PROGRESS, None
    Rotation.objects.bulk_update(over, ["state", "completed_on"])


def _open_clean_ups(keys: set[int]) -> None:
    tasks = list(RotationTask.objects.filter(rotation__in=keys, kind=RotationTask.Kind.CLEAN_UP, done_at__isnull=False))
    for task in tasks:
        task.done_by = task.done_at = None
    RotationTask.objects.bulk_update(tasks, ["done_by", "done_at"])
