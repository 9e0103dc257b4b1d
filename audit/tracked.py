"""What makes a model tracked: history in the same transaction, and no text that looks like the value of a secret."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ClassVar, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from simple_history.models import HistoricalRecords

from audit.acts import NoActError, is_allowed
from audit.append_only import AppendOnly
from audit.guard import check_text
from audit.history import CHUNK, latest, record
from audit.validators import refused

_going: ContextVar[dict[type[models.Model], list[Any]]] = ContextVar("going")
Row = TypeVar("Row", bound="Tracked")


class HistoryRow(AppendOnly):
    """A tracked row as it was after one change set."""

    change_set = models.ForeignKey(
        "audit.ChangeSet", on_delete=models.PROTECT, related_name="%(app_label)s_%(class)s_rows"
    )

    class Meta:
        abstract = True

    @property
    def history_user(self) -> Any:
        """The account that made the change, or None for the system."""
        return self.change_set.actor

    @history_user.setter
    def history_user(self, user: object) -> None:
        """Leave the actor alone: the change set says who it was."""


class TrackedRecords(HistoricalRecords):
    """Keeps history with a change set instead of a user, and leaves out a model's untracked columns."""

    def fields_included(self, model: Any) -> list[models.Field[Any, Any]]:
        return [field for field in model._meta.fields if field.name not in model.untracked_columns]

    def _get_history_user_fields(self) -> dict[str, Any]:
        return {}

    def pre_delete(self, instance: Any, **kwargs: Any) -> None:
        super().pre_delete(instance, **kwargs)
        _going.get().setdefault(type(instance), []).append(instance)

    def create_historical_record(self, instance: Any, history_type: str, using: str | None = None) -> None:
        if history_type != "-":
            record(type(instance), [instance], history_type)
            return
        # Django announces all rows before it removes the first, and removes parents last: their names are still there.
        going = _going.get()
        while going:
            record(*going.popitem(), history_type)


class TrackedQuerySet(models.QuerySet[Row]):
    """Rows whose bulk writes leave history as single ones do."""

    def update(self, **values: Any) -> int:
        """Write `values` to all rows and their history, and return the number of rows."""
        if self.model.untracked_columns.issuperset(values):
            return super().update(**values)
        with transaction.atomic():
            keys = self._locked_keys()
            _refuse(self.model, values, keys)
            starts = range(0, len(keys), CHUNK)
            return sum(self._update_chunk(keys[start : start + CHUNK], values) for start in starts)

    def _locked_keys(self) -> list[Any]:
        # Through a subquery: PostgreSQL locks no rows of a query with DISTINCT or an outer join.
        chosen = _plain(self).filter(pk__in=self.order_by().values("pk"))
        return list(chosen.select_for_update().order_by("pk").values_list("pk", flat=True))

    def _update_chunk(self, keys: Sequence[Any], values: dict[str, Any]) -> int:
        chunk = _plain(self).filter(pk__in=keys)
        count = chunk.update(**values)
        rows = list(chunk)
        for row in rows if _expressions(values.values()) else ():
            row.refuse_values(values)
        record(self.model, rows, "~")
        return count

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Add the rows and their history."""
        if args[1:] or kwargs.keys() - {"batch_size"}:
            raise ValueError("Rows that may exist already are not added in bulk: say which to add and which to change.")
        rows = list(objs)
        for row in rows:
            row.refuse_values()
        with transaction.atomic():
            rows = super().bulk_create(rows, *args, **kwargs)
            record(self.model, rows, "+")
        return rows

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], batch_size: int | None = None) -> int:
        """Write `fields` of the rows and their history, and return the number of rows that matched."""
        rows, names = list(objs), list(fields)
        for row in rows:
            row.refuse_values(names)
        with transaction.atomic():
            # Through a plain queryset: Django's own goes through `update`, which would record a second time.
            count = _plain(self).bulk_update(rows, names, batch_size=batch_size)
            if not self.model.untracked_columns.issuperset(names):
                stored = list(_plain(self).in_bulk([row.pk for row in rows]).values())
                for row in stored if any(_expressions(vars(row).values()) for row in rows) else ():
                    row.refuse_values(names)
                record(self.model, stored, "~")
        return count

    def delete(self) -> tuple[int, dict[str, int]]:
        """Remove the rows; their history stays and tells of it."""
        with _removing():
            return super().delete()


class Tracked(models.Model):
    """A row in which people decide something: nothing of it changes without history.

    Columns named in `untracked_columns` are no decisions; texts named in `unguarded_columns` are made by a machine.
    """

    untracked_columns: ClassVar[frozenset[str]] = frozenset()
    unguarded_columns: ClassVar[frozenset[str]] = frozenset()
    # Columns, as the database names them, that never change once the row exists.
    fixed_columns: ClassVar[frozenset[str]] = frozenset()
    # Related rows that `__str__` reads: the change log fetches them for all rows at once.
    named_by: ClassVar[tuple[str, ...]] = ()

    history = TrackedRecords(
        inherit=True,
        bases=[HistoryRow],
        history_id_field=models.BigAutoField(),
        history_change_reason_field=models.TextField(null=True),
    )
    objects = TrackedQuerySet.as_manager()

    class Meta:
        abstract = True
        # Django's own bulk writes, such as `team.members.add(person)`, go through the base manager.
        base_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row and its history, or neither. Arguments are named: `update_fields` decides what is recorded.

        Raises ValidationError where a text looks like a value, and NoActError outside an act.
        """
        if args:
            raise TypeError("Name the arguments of save().")
        names = kwargs.get("update_fields")
        self.refuse_values(names)
        with transaction.atomic():
            if names is None and not _expressions(vars(self).values()):
                super().save(**kwargs)
            else:
                self._save_some(**kwargs)

    def save_base(self, raw: bool = False, **kwargs: Any) -> None:  # type: ignore[override]
        """Write as Django does, but refuse what `loaddata` does: it would leave no history."""
        if raw:
            raise NoActError("Tracked rows cannot be loaded from a file: restore a backup of the database instead.")
        super().save_base(**kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Remove the row; its history stays and tells of it."""
        with _removing():
            return super().delete(*args, **kwargs)

    def clean_fields(self, exclude: Any = None) -> None:
        """Clean as usual, and refuse text that looks like a value, field by field."""
        errors: dict[str, Any] = {}
        try:
            super().clean_fields(exclude=exclude)
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        # Said before anything else that is wrong with the text: what to do about a value matters more than its form.
        names = {field.name for field in _guarded_fields(type(self))} - set(exclude or ())
        errors |= _refused(type(self), self._texts(names), self._keys())
        if errors:
            raise ValidationError(errors)

    def refuse_values(self, names: Iterable[str] | None = None) -> None:
        """Raise ValidationError by field where a text looks like a value; `names` None means every field."""
        _refuse(type(self), self._texts(None if names is None else set(names)), self._keys())

    def _texts(self, names: set[str] | None) -> dict[str, Any]:
        loaded = self.__dict__
        return {
            field.name: loaded[field.attname]
            for field in _guarded_fields(type(self))
            if field.attname in loaded and (names is None or field.name in names)
        }

    def _keys(self) -> list[Any]:
        return [] if self._state.adding or self.pk is None else [self.pk]

    def _save_some(self, **kwargs: Any) -> None:
        """Save what may differ from this object's attributes, and record what the database holds then."""
        names = kwargs.get("update_fields")
        self.skip_history_when_saving = True
        adding = self._state.adding
        try:
            super().save(**kwargs)
        finally:
            del self.skip_history_when_saving
        if names is None or not self.untracked_columns.issuperset(names):
            stored = type(self)._base_manager.get(pk=self.pk)
            stored.refuse_values(names)
            record(type(self), [stored], "+" if adding else "~")


def tracked_models() -> Sequence[type[Tracked]]:
    """Return every tracked model."""
    return [model for model in Tracked.__subclasses__() if not model._meta.abstract]


@contextmanager
def _removing() -> Iterator[None]:
    """Gather the rows that go, those that go with others too, so that all of a model are told of at once."""
    token = _going.set({})
    try:
        with transaction.atomic():
            yield
    finally:
        _going.reset(token)


def _plain(rows: models.QuerySet[Row]) -> models.QuerySet[Row]:
    return models.QuerySet(rows.model, using=rows.db)


def _expressions(values: Iterable[object]) -> bool:
    return any(hasattr(value, "resolve_expression") for value in values)


def _guarded_fields(model: type[Tracked]) -> list[models.Field[Any, Any]]:
    skipped = model.unguarded_columns | model.untracked_columns
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, (models.CharField, models.TextField)) and not field.choices and field.name not in skipped
    ]


def _refuse(model: type[Tracked], values: dict[str, Any], keys: Sequence[Any]) -> None:
    errors = _refused(model, values, keys)
    if errors:
        raise ValidationError(errors)


def _refused(model: type[Tracked], values: dict[str, Any], keys: Sequence[Any]) -> dict[str, ValidationError]:
    """Return the errors by field of texts that look like a value; `keys` are the rows that exist already.

    What they hold already, by their history, is no news: whoever changes another field is not stopped by it. One
    query, and only where something is refused.
    """
    guarded = {field.name for field in _guarded_fields(model)}
    texts = {name: value for name, value in values.items() if name in guarded and isinstance(value, str)}
    found = {name: refusal for name, text in texts.items() if (refusal := check_text(text)) is not None}
    stored = latest(model, keys) if found and keys else {}
    return {
        name: refused(refusal)
        for name, refusal in found.items()
        if not (keys and all(getattr(stored.get(key), name, None) == texts[name] for key in keys))
        and not is_allowed(refusal, f"{model._meta.label_lower}.{name}")
    }
