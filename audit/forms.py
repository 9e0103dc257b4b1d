"""Knows how a form refuses text that looks like a value, and forgets it before the page is shown again."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from audit.acts import is_allowed
from audit.guard import Refusal, check_text
from audit.validators import LOOKS_LIKE_VALUE, refused

if TYPE_CHECKING:
    from django.db.models import Model

    AnyModelForm = forms.ModelForm[Model]
else:
    AnyModelForm = forms.ModelForm


class GuardedFormMixin(forms.BaseForm):
    """A form whose refused fields come back empty, with no error that repeats what was typed.

    Stands before `forms.Form` or `forms.ModelForm` in the list of bases. Password and file fields are
    left alone, and so are the fields named in `unguarded_fields` (those that a machine fills).
    """

    unguarded_fields: ClassVar[tuple[str, ...]] = ()

    def full_clean(self) -> None:
        """Clean as usual, then blank what the model's own guard refused too."""
        super().full_clean()
        for name in self.fields:
            if self.has_error(name, LOOKS_LIKE_VALUE):
                self._forget(name)

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        for name in self.fields:
            refusal = self._refusal_of(name)
            if refusal is not None:
                self._forget(name)
                self.errors.pop(name, None)
                self.add_error(name, refused(refusal))

    def _refusal_of(self, name: str) -> Refusal | None:
        field = self.fields[name]
        if field.disabled or name in self.unguarded_fields or isinstance(field, forms.FileField):
            return None
        if isinstance(field.widget, forms.PasswordInput):
            return None
        refusal = next((refusal for text in _texts(self[name].data) if (refusal := check_text(text))), None)
        return None if refusal is None or self._may_stay(name, refusal) else refusal

    def _may_stay(self, name: str, refusal: Refusal) -> bool:
        """Return whether the row holds this text already, or security said that it is no value."""
        row = getattr(self, "instance", None)
        columns = {field.name for field in row._meta.concrete_fields} if row is not None else set()
        if row is None or name not in columns:
            return False
        is_news = row.pk is None or self.fields[name].has_changed(
            self.get_initial_for_field(self.fields[name], name), self[name].data
        )
        return not is_news or is_allowed(refusal, f"{row._meta.label_lower}.{name}")

    def _forget(self, name: str) -> None:
        data: Any = copy(self.data)
        own = self.add_prefix(name)
        several = isinstance(self.fields[name].widget, forms.MultiWidget)
        for key in list(data):
            if key == own or (several and key.startswith(f"{own}_")):
                data[key] = ""
        self.data = data


class GuardedForm(GuardedFormMixin, forms.Form):
    """A form that is an act."""

    def check(self) -> None:
        """Raise ValidationError with everything that is wrong, for a page that shows no form."""
        if not self.is_valid():
            raise ValidationError([error for errors in self.errors.values() for error in errors])


class GuardedModelForm(GuardedFormMixin, AnyModelForm):
    """A form that is a row."""


def _texts(data: object) -> list[str]:
    if isinstance(data, str):
        return [data]
    if isinstance(data, (list, tuple)):
        return [text for item in data for text in _texts(item)]
    return []
