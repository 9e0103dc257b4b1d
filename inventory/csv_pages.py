"""The page on which a table of secrets is checked and taken over."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from audit.forms import GuardedForm
from audit.models import User
from audit.no_value_form import NoValueForm
from audit.relative_dates import counted
from inventory import csv_in, csv_out
from inventory.csv_import import Outcome, import_csv
from inventory.policies import may_administer_inventory


class TableForm(GuardedForm, NoValueForm):
    """A table, pasted or as a file, and why it is taken over."""

    unguarded_fields: ClassVar = ("table",)  # looked through cell by cell instead, so that the line can be named

    table = forms.CharField(required=False, widget=forms.Textarea, strip=False, label="Paste the table")
    file = forms.FileField(required=False, label="or choose a file", help_text="A CSV file in UTF-8.")
    reason = forms.CharField(
        max_length=300, initial="CSV import", help_text="It stands in the history of every secret."
    )

    def clean(self) -> dict[str, Any]:
        """Put the text of the file in the place of the pasted one."""
        read: dict[str, Any] = super().clean() or {}
        if read.get("file"):
            try:
                read["table"] = read["file"].read().decode("utf-8-sig")
            except UnicodeDecodeError:
                self.add_error("file", ValidationError("Save the file as UTF-8 and choose it again.", code="encoding"))
        elif not read.get("table", "").strip():
            self.add_error("table", "Paste a table or choose a file.")
        if self.errors and any(csv_in.values(read.get("table", ""))):
            self._forget("table")
        return read


@require_http_methods(["GET", "HEAD", "POST"])
def import_page(request: HttpRequest) -> HttpResponse:
    """Show what a table would change; with `confirm` take it over."""
    user = cast(User, request.user)
    if not may_administer_inventory(user):
        raise PermissionDenied
    form = TableForm(request.POST or None, request.FILES or None)
    outcome = Outcome()
    if form.is_bound and form.is_valid():
        confirmed = "confirm" in request.POST
        read = form.cleaned_data
        why = read["no_value_reason"] if read["is_no_value"] else ""
        outcome = import_csv(read["table"], by=user, reason=read["reason"], dry_run=not confirmed, no_value_because=why)
        if confirmed and not outcome.problems:
            messages.success(request, f"{counted(len(outcome.changes), 'secret')} imported.")
            return redirect("inventory:secrets")
        form = _again(form, outcome)
    return render(request, "inventory/import_csv.html", {"form": form, "outcome": outcome, "columns": csv_out.COLUMNS})


def _again(form: TableForm, outcome: Outcome) -> TableForm:
    """Return the form for the next step with the text of the file in it, but for a text that holds a value."""
    kept = {name: form.cleaned_data[name] for name in ("reason", "is_no_value", "no_value_reason")}
    return TableForm(initial=kept | {"table": "" if outcome.holds_value else form.cleaned_data["table"]})
