"""Knows how a row is edited: with a reason, and never over what somebody else saved meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import Any, ClassVar

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.db.models import Max, Model, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from audit.acts import allow_values
from audit.forms import GuardedModelForm
from audit.guard import check_text
from audit.models import ChangeRow
from audit.no_value_form import no_value_tick, no_value_why
from audit.policies import is_security
from audit.tracked import Tracked
from audit.validators import is_heuristic

MEANWHILE = "changed_meanwhile"
MOST_ROWS = 20
MOST_WORDS = 80
Part = tuple[type[Model], str]  # a model whose rows are edited along, and its column that names the row


class RegisterForm(GuardedModelForm):
    """A row in the admin, with the reason of the change and the version that its editor saw.

    Of two editors the second is told what the first one changed. What they typed stays, what they had not touched
    shows the new state, and saving again is then a decision.
    """

    parts: ClassVar[Sequence[Part]] = ()
    user: Any = None
    # What a rule, which was asked when everything was written, said against it.
    refusal: ValidationError | None = None

    change_reason = forms.CharField(
        label="Reason",
        max_length=500,
        widget=AdminTextareaWidget(attrs={"rows": 2}),
        help_text="Why you make this change. It stands in the change log.",
        error_messages={"required": "Say why you make this change."},
    )
    seen_version = forms.CharField(required=False, widget=forms.HiddenInput)
    is_no_value = no_value_tick(widget=forms.HiddenInput)
    no_value_reason = no_value_why(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_security(self.user):
            del self.fields["is_no_value"], self.fields["no_value_reason"]
        if self.instance.pk is None:
            self.fields["change_reason"].required = False
            self.fields["change_reason"].help_text = "Why you add it, if there is more to say than that."
        elif "seen_version" in self.fields:
            self.initial["seen_version"] = version_of(self.instance, self.parts)

    def full_clean(self) -> None:
        """Let stay what security says is no value, and ask security whether the rest is one."""
        if self.is_bound and "is_no_value" in self.fields:
            self._let_stay()
        super().full_clean()
        if any(is_heuristic(error) for errors in self.errors.as_data().values() for error in errors):
            self.ask_whether_it_is_a_value()

    def ask_whether_it_is_a_value(self) -> None:
        """Show those who may override a refusal how to; also where a row below the form was refused."""
        if "is_no_value" in self.fields:
            self.fields["is_no_value"].widget = forms.CheckboxInput()
            self.fields["no_value_reason"].widget = AdminTextInputWidget()

    def _let_stay(self) -> None:
        why = str(self["no_value_reason"].data or "").strip()
        if self["is_no_value"].data and why and check_text(why) is None:
            allow_values(why)

    def clean_no_value_reason(self) -> str:
        why: str = self.cleaned_data["no_value_reason"].strip()
        if self.cleaned_data.get("is_no_value") and not why:
            self.ask_whether_it_is_a_value()
            raise ValidationError("Say why this is no value.", code="required")
        return why

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.instance.pk is not None and isinstance(self.instance, Tracked) and "seen_version" in self.fields:
            self._notice_others(self.instance)
        if self.refusal is not None:
            raise ValidationError(self.refusal.messages, code="rule")
        return cleaned

    def _notice_others(self, row: Tracked) -> None:
        """Raise ValidationError with code "changed_meanwhile" where the row is not what its editor saw."""
        seen, current = self.data.get(self.add_prefix("seen_version"), ""), self.initial["seen_version"]
        if seen == current:
            return
        self._keep_up(row, seen)
        raise ValidationError(_told(rows_since(row, self.parts, seen)), code=MEANWHILE)

    def _keep_up(self, row: Tracked, seen: str) -> None:
        """Show the new state wherever nothing was typed, so that saving again takes back nothing by accident."""
        data: Any = copy(self.data)
        version = type(row).history.filter(history_id=_numbers(seen)[0]).first()
        columns = {field.name: field.attname for field in row._meta.concrete_fields}
        for name in columns.keys() & self.fields.keys() if version is not None else ():
            field = self.fields[name]
            if not field.has_changed(getattr(version, columns[name], None), self[name].data):
                _put(data, self.add_prefix(name), field, self.initial.get(name))
        data[self.add_prefix("seen_version")] = self.initial["seen_version"]
        self.data = data


def version_of(row: Model, parts: Sequence[Part] = ()) -> str:
    """Return what stands for the state of `row` and its parts; one query for each kind of row."""
    if not isinstance(row, Tracked):
        return ""
    found = [_newest(type(row), row._meta.pk.attname, row)]
    found += [_newest(model, column, row) for model, column in parts if issubclass(model, Tracked)]
    return ".".join(found)


def rows_since(row: Tracked, parts: Sequence[Part], seen: str) -> list[ChangeRow]:
    """Return what was changed of `row` and its parts after the version `seen`, newest first; one query."""
    own, *others = [*_numbers(seen), *([0] * len(parts))]
    wanted = Q(model=row._meta.label_lower, object_id=str(row.pk), history_id__gt=own)
    for (model, column), number in zip(parts, others, strict=False):
        history = model.history.filter(**{column: row.pk}).values("history_id")  # type: ignore[attr-defined]
        wanted |= Q(model=model._meta.label_lower, history_id__gt=number, history_id__in=history)
    return list(ChangeRow.objects.filter(wanted).select_related("change_set").order_by("-pk")[:MOST_ROWS])


def _newest(model: Any, column: str, row: Model) -> str:
    return str(model.history.filter(**{column: row.pk}).aggregate(newest=Max("history_id"))["newest"] or 0)


def _numbers(version: str) -> list[int]:
    return [int(part) if part.isascii() and part.isdigit() and len(part) < 19 else 0 for part in version.split(".")]


def _put(data: Any, key: str, field: forms.Field, value: Any) -> None:
    if isinstance(field, forms.BooleanField):
        data.pop(key, None)
        if value:
            data[key] = "on"
    elif isinstance(field, forms.ChoiceField):
        data[key] = "" if value is None else str(value)
    else:
        data[key] = field.widget.format_value(field.prepare_value(value)) or ""


def _told(rows: Sequence[ChangeRow]) -> SafeString:
    changes = format_html_join(" ", "{}", ((_told_of(row),) for row in rows))
    return format_html(
        "Somebody else changed this while you were editing, so nothing was saved. {} What you typed is still here;"
        " what you had not touched shows the new state. Look it over and save again.",
        changes,
    )


def _told_of(row: ChangeRow) -> SafeString:
    """Return who changed what and when, such as "Wen Li on 2026-07-14 at 14:02: Status from “Active” to “Retired”."""
    entry, at = row.change_set, timezone.localtime(row.change_set.at)
    what = "; ".join(
        f"{item['label']} from {_quoted(item['before'])} to {_quoted(item['after'])}" for item in row.fields
    )
    if row.change_type != ChangeRow.Type.CHANGED:
        what = f"{row.get_change_type_display().lower()} {row.object_text}"
    return format_html(
        '<strong>{}</strong> on {} at {}: {} (<a href="{}">entry {}</a>).',
        entry.actor_name or "The system",
        f"{at:%Y-%m-%d}",
        f"{at:%H:%M}",
        what,
        reverse("audit:change_set", args=[entry.pk]),
        entry.pk,
    )


def _quoted(words: str) -> str:
    return f"“{Truncator(words).chars(MOST_WORDS)}”" if words else "nothing"
