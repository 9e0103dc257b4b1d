"""Knows what the page of one rotation shows: its secrets and steps, what may be done about each, what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from audit.models import ChangeRow, ChangeSet, User
from inventory.policies import answers_for
from rotations.burn_down import BurnDown, burn_down
from rotations.marks import MARKS, marked_at
from rotations.models import Rotation, RotationItem, RotationTask
from rotations.models.rotation import SET_ASIDE
from rotations.policies import may_record

MOST_ENTRIES = 10
# More fields than this, some for each secret, no form may send.
MOST_SHOWN = 500
Outcome, Kind = RotationItem.Outcome, RotationTask.Kind
_ROTATION = "rotations.rotation"
_PARTS = ("rotations.rotationitem", "rotations.rotationtask")


@dataclass(frozen=True, slots=True)
class Row:
    """A secret of the rotation: its item, and what the reader may do about it now."""

    item: RotationItem
    is_theirs: bool
    is_open: bool
    can_be_recorded: bool
    can_be_undone: bool
    is_own: bool = False
    # Marks that may be taken back: "verified" and "revoked".
    fresh_marks: frozenset[str] = frozenset()

    @property
    def is_rotated(self) -> bool:
        """Whether it has its new value."""
        return self.item.outcome == Outcome.ROTATED

    @property
    def can_be_verified(self) -> bool:
        """Whether it may be marked as verified."""
        return self.is_theirs and self.is_rotated and self.item.verified_on is None

    @property
    def can_be_revoked(self) -> bool:
        """Whether its old value may be marked as revoked."""
        return self.is_theirs and self.is_rotated and self.item.old_revoked_on is None

    @property
    def can_be_put_back(self) -> bool:
        """Whether it was set aside and may be put back among what is to do."""
        return self.is_theirs and self.is_open and self.item.outcome in SET_ASIDE


@dataclass(frozen=True, slots=True)
class Step:
    """A step with how far it is: a number of secrets where it follows from them."""

    task: RotationTask
    is_done: bool
    words: str = ""
    can_be_ticked: bool = False


@dataclass(frozen=True, slots=True)
class Checklist:
    """The secrets of a rotation, those to do first, and its steps."""

    rows: Sequence[Row]
    steps: Sequence[Step] = ()

    @property
    def shown(self) -> Sequence[Row]:
        """The first ones: those to do, as far as one page takes them."""
        return self.rows[:MOST_SHOWN]

    def _number(self, name: str) -> int:
        return sum(bool(getattr(row, name)) for row in self.rows)

    @property
    def done(self) -> int:
        """How many are rotated."""
        return self._number("is_rotated")

    @property
    def verified(self) -> int:
        """How many are verified."""
        return sum(row.item.verified_on is not None for row in self.rows)

    @property
    def revoked(self) -> int:
        """How many old ones are revoked."""
        return sum(row.item.old_revoked_on is not None for row in self.rows)

    @property
    def alive(self) -> int:
        """How many old ones still work."""
        return sum(row.is_rotated and row.item.old_revoked_on is None for row in self.rows)

    @property
    def left(self) -> int:
        """How many are to do."""
        return sum(row.item.outcome == Outcome.OPEN for row in self.rows)

    @property
    def set_aside(self) -> int:
        """How many failed, are skipped or deferred."""
        return sum(row.item.outcome in SET_ASIDE for row in self.rows)

    @property
    def can_be_recorded(self) -> bool:
        """Whether any may be ticked."""
        return any(row.can_be_recorded for row in self.shown)

    @property
    def ticked(self) -> frozenset[int]:
        """The secrets that are ticked in advance: the reader's own, or all of them where none is."""
        ready = [row for row in self.shown if row.can_be_recorded]
        own = [row for row in ready if row.is_own]
        return frozenset(row.item.secret_id for row in own or ready)

    @property
    def to_verify(self) -> Sequence[Row]:
        """Those that the reader may mark as verified."""
        return [row for row in self.rows if row.can_be_verified][:MOST_SHOWN]

    @property
    def to_revoke(self) -> Sequence[Row]:
        """Those whose old values the reader may mark as revoked."""
        return [row for row in self.rows if row.can_be_revoked][:MOST_SHOWN]

    @property
    def steps_done(self) -> int:
        """How many steps are done."""
        return sum(step.is_done for step in self.steps)

    @property
    def has_checks(self) -> bool:
        """Whether there is something to verify or to revoke, or it was."""
        return any(row.is_rotated for row in self.rows)

    def summary(self) -> str:
        """Return how far it is, in words."""
        revoked = "old one revoked" if self.revoked == 1 else "old ones revoked"
        known = ((self.verified, "verified"), (self.revoked, revoked), (self.set_aside, "set aside"))
        return ", ".join([f"{self.done} of {len(self.rows)} rotated", *(f"{n} {word}" for n, word in known if n)])


def checklist_of(rotation: Rotation, *, user: User, undo_since: datetime, takes_part: bool) -> Checklist:
    """Return the secrets and steps of `rotation` with what `user` may do; at most four queries.

    What was recorded since `undo_since` may be taken back; who `takes_part` may tick steps.
    """
    to_do_first = Case(When(outcome=Outcome.OPEN, then=Value(0)), default=Value(1))
    people = ("secret__owner", "recorded_by", "verified_by", "old_revoked_by")
    items = RotationItem.objects.filter(rotation=rotation).select_related(*people)
    known = list(items.order_by(to_do_first, "secret__name", "pk"))
    fresh = _fresh_marks(known, undo_since)
    rows = [_row(item, rotation, user, undo_since, fresh.get(item.pk, frozenset())) for item in known]
    whole = Checklist(rows)
    tasks = rotation.tasks.select_related("done_by").in_order()
    can_tick = takes_part and rotation.state != Rotation.State.CANCELLED
    return Checklist(rows, [_step(task, whole, can_tick=can_tick) for task in tasks])


def burn_down_of(rotation: Rotation, checklist: Checklist, *, today: date) -> BurnDown | None:
    """Return how the number of secrets went down, None where that says nothing; one query."""
    items = [row.item for row in checklist.rows]
    settled = [timezone.localdate(item.recorded_at) for item in items if item.recorded_at is not None]
    began = rotation.history.order_by("history_id").values_list("history_date", flat=True).first()
    if began is None or not settled:
        return None
    last = rotation.completed_on or today
    return burn_down(
        total=len(items),
        settled_on=settled,
        began_on=timezone.localdate(began),
        today=max(last, *settled),
        until=rotation.planned_on,
    )


def history_of(rotation: Rotation, checklist: Checklist) -> QuerySet[ChangeSet]:
    """Return the latest acts that touched `rotation`, one of its items or steps, the last one first."""
    keys = ([str(row.item.pk) for row in checklist.shown], [str(step.task.pk) for step in checklist.steps])
    touched = Q(model=_ROTATION, object_id=str(rotation.pk))
    for model, of_model in zip(_PARTS, keys, strict=True):
        touched |= Q(model=model, object_id__in=of_model)
    rows = ChangeRow.objects.filter(touched, change_set=OuterRef("pk"))
    return ChangeSet.objects.filter(Exists(rows)).order_by("-at", "-pk")[:MOST_ENTRIES]


def _fresh_marks(items: Sequence[RotationItem], since: datetime) -> Mapping[int, frozenset[str]]:
    """Return the marks that were set since then, by item; at most two queries, none where nothing is marked."""
    marked = [item for item in items if item.verified_on is not None or item.old_revoked_on is not None]
    if not marked:
        return {}
    changed = RotationItem.history.filter(rotation=marked[0].rotation_id, history_date__gte=since)
    recent = set(changed.values_list("id", flat=True))
    times = marked_at([item for item in marked if item.pk in recent])
    found: dict[int, frozenset[str]] = {}
    for mark, (name, _) in MARKS.items():
        for key, at in times.get(name, {}).items():
            if at >= since:
                found[key] = found.get(key, frozenset()) | {mark}
    return found


def _row(item: RotationItem, rotation: Rotation, user: User, undo_since: datetime, marks: frozenset[str]) -> Row:
    theirs = may_record(user, item.secret, rotation)
    ready = rotation.is_open and rotation.planned_on is not None and not item.secret.is_retired
    fresh = item.recorded_at is not None and item.recorded_at >= undo_since
    return Row(
        item,
        is_theirs=theirs,
        is_open=rotation.is_open,
        can_be_recorded=theirs and ready and item.outcome == Outcome.OPEN,
        can_be_undone=theirs and fresh and item.outcome == Outcome.ROTATED,
        is_own=answers_for(user, item.secret),
        fresh_marks=marks if theirs else frozenset(),
    )


def _step(task: RotationTask, whole: Checklist, *, can_tick: bool) -> Step:
    """Return the step; what is rotated or verified says by itself how far it is."""
    if task.kind == Kind.ROTATE:
        return Step(task, not whole.left and bool(whole.rows), f"{whole.done} of {len(whole.rows)}")
    if task.kind == Kind.VERIFY:
        is_done = bool(whole.done) and whole.verified == whole.done and not whole.left
        return Step(task, is_done, f"{whole.verified} of {len(whole.rows) - whole.set_aside}")
    if task.kind == Kind.CLEAN_UP:
        return Step(task, task.is_done, can_be_ticked=can_tick and not whole.alive)
    return Step(task, task.is_done, can_be_ticked=can_tick)
