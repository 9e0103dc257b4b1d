"""What a browser sends back of a page of the admin."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse


def address_of(model: type, page: str = "changelist", *keys: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=keys)


def sent_back(client: Client, address: str) -> dict[str, str]:
    """Return the fields of the form at `address` and of the rows below it, as they stand there."""
    context = client.get(address).context
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.initial_forms]
    data = {form.add_prefix(name): form[name].value() for form in forms for name in form.fields}
    return {name: "" if value is None else str(value) for name, value in data.items() if value is not False}
