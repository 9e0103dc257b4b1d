"""Generated over every text field of every tracked model: whichever way it is written, a value is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import DatabaseError, models, transaction
from django.test import Client

from audit.acts import acting
from audit.models import ChangeSet, User
from audit.tracked import Tracked, tracked_models
from tests.admin_pages import address_of
from tests.doors.values import KEY, RESEMBLING

pytestmark = pytest.mark.django_db
Model = type[Tracked]

# Texts that a machine makes, or that nobody is shown: the guard would refuse what the register makes itself.
MADE_BY_A_MACHINE = {
    "audit.User.password",
    "rotations.CalendarFeed.key_hash",
    "rotations.CalendarFeed.key_prefix",
}


def _texts(model: Model) -> list[models.Field[Any, Any]]:
    """Return the columns that hold words; a choice is one of a list, and a generated one is made of others."""
    kinds = (models.CharField, models.TextField, models.JSONField, models.BinaryField)
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, kinds) and not field.choices and not field.generated
    ]


def _label(model: Model, field: models.Field[Any, Any]) -> str:
    return f"{model._meta.label}.{field.name}"


ALL = [(model, field) for model in tracked_models() for field in _texts(model)]
GUARDED = [(model, field.name) for model, field in ALL if _label(model, field) not in MADE_BY_A_MACHINE]


def save(model: Model, values: dict[str, str]) -> None:
    model(**values).save()


def create(model: Model, values: dict[str, str]) -> None:
    model.objects.create(**values)


def save_named(model: Model, values: dict[str, str]) -> None:
    row = model(pk=1, **values)
    row._state.adding = False
    row.save(update_fields=list(values))


def update(model: Model, values: dict[str, str]) -> None:
    model.objects.update(**values)


def bulk_create(model: Model, values: dict[str, str]) -> None:
    model.objects.bulk_create([model(**values)])


def bulk_update(model: Model, values: dict[str, str]) -> None:
    model.objects.bulk_update([model(pk=1, **values)], list(values))


def update_or_create(model: Model, values: dict[str, str]) -> None:
    model.objects.update_or_create(pk=1, defaults=values)


def clean(model: Model, values: dict[str, str]) -> None:
    model(**values).full_clean()


Way = Callable[[Model, dict[str, str]], None]
WAYS: tuple[Way, ...] = (save, create, save_named, update, bulk_create, bulk_update, update_or_create, clean)


@pytest.mark.parametrize("text", [KEY, RESEMBLING], ids=["certain", "heuristic"])
@pytest.mark.parametrize("model", tracked_models(), ids=lambda model: model.__name__)
def test_a_value_is_refused_in_every_field_whichever_way_it_is_written(security: User, model: Model, text: str) -> None:
    before = _everything()
    ways = [(way, name) for of, name in GUARDED if of is model for way in WAYS]

    answers = {f"{name} by {way.__name__}": _answer(security, way, model, name, text) for way, name in ways}

    assert {place: answer for place, answer in answers.items() if answer != "refused"} == {}
    assert _everything() == before


def _answer(account: User, way: Way, model: Model, name: str, text: str) -> str:
    """Return "refused" where the field is named with what to do and without the text, else what happened."""
    try:
        with acting(actor=account, source=ChangeSet.Source.COMMAND, reason="To try it"), transaction.atomic():
            way(model, {name: text})
    except ValidationError as refused:
        words = refused.message_dict.get(name, [])
        told = any("rotate" in said for said in words) and text not in str(refused)
        return "refused" if told else str(refused).replace(text, "[the text]")
    except DatabaseError as error:
        return type(error).__name__
    return "written"


def test_the_texts_that_are_not_guarded_are_on_the_list() -> None:
    looked_at = {(model, name) for model in tracked_models() for name in guarded(model)}

    assert {_label(model, field) for model, field in ALL if (model, field.name) not in looked_at} == MADE_BY_A_MACHINE


def guarded(model: Model) -> set[str]:
    skipped = model.unguarded_columns | model.untracked_columns
    return {field.name for field in _texts(model)} - skipped


def _everything() -> dict[str, int]:
    return {model._meta.label: model.objects.count() for model in tracked_models()}


@pytest.mark.parametrize("model", tracked_models(), ids=lambda model: model.__name__)
@pytest.mark.parametrize("text", [KEY, RESEMBLING], ids=["certain", "heuristic"])
def test_the_admin_refuses_a_value_in_every_field_and_forgets_it(as_security: Client, model: Model, text: str) -> None:
    page = admin.site._registry.get(model)
    if page is None or not page.may_add(User.objects.get(username="sam")):
        return
    address = address_of(model, "add")
    data, typed = _filled(as_security.get(address).context, text)
    before = _everything()

    answer = as_security.post(address, data)

    refused = {name for form in _forms(answer.context) for name in form.errors if form.add_prefix(name) in typed}
    assert answer.status_code == 200
    assert text not in answer.content.decode()
    assert len(refused) >= 1
    assert _everything() == before


def _forms(context: Any) -> list[Any]:
    formsets = [inline.formset for inline in context["inline_admin_formsets"]]
    return [context["adminform"].form, *(form for formset in formsets for form in formset.forms)]


def _filled(context: Any, text: str) -> tuple[dict[str, str], set[str]]:
    """Return the form with the text in every field that takes words, those of one more row below it included."""
    typed: set[str] = set()
    data: dict[str, str] = {}
    for inline in context["inline_admin_formsets"]:
        management = inline.formset.management_form
        data |= {management.add_prefix(name): str(management[name].value()) for name in management.fields}
        data[management.add_prefix("TOTAL_FORMS")] = "1"
        empty = inline.formset.empty_form
        typed |= {empty.add_prefix(name).replace("__prefix__", "0") for name in _words(empty)}
    typed |= {context["adminform"].form.add_prefix(name) for name in _words(context["adminform"].form)}
    return data | dict.fromkeys(typed, text), typed


def _words(form: Any) -> list[str]:
    kinds = ("CharField", "EmailField", "SlugField", "URLField", "DateField", "ModelChoiceField", "IntegerField")
    hidden = {"seen_version", "is_no_value", "no_value_reason"}
    return [name for name, field in form.fields.items() if type(field).__name__ in kinds and name not in hidden]
