"""The page that makes one rotation of a choice of secrets: those of a filter, those ticked, or a person's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from audit.context import address
from audit.models import User
from audit.relative_dates import counted
from contacts.models import Person
from inventory.counts import Counts
from inventory.filters import SecretFilters
from inventory.policies import person_of
from rotations import choosing
from rotations.choosing import Choice
from rotations.completion import UNDO_MINUTES
from rotations.drafting import create_rotation
from rotations.models import Rotation
from rotations.new_forms import NewRotationForm
from rotations.policies import may_plan
from rotations.row_keys import keys_of

MOST_SHOWN = 200
MOST_WORDS = 120
CHANGED = "Other secrets are chosen by now. Look at the list again, then make the rotation."


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    user, today = cast(User, request.user), timezone.localdate()
    if not may_plan(user):
        raise PermissionDenied
    chosen = _chosen(request, user)
    if chosen is None:
        messages.error(request, "Not every filter could be read. Choose the secrets here, then rotate them together.")
        return redirect(f"{address('inventory:secrets')}?{request.GET.urlencode()}")
    choice, initial = chosen
    sent = request.POST if request.method == "POST" and "cause" in request.POST else None
    form = NewRotationForm(sent, today=today, initial={"owner": person_of(user)} | initial)
    made = _made(request, form, choice, user) if sent is not None and form.is_valid() else None
    if made is not None:
        messages.success(request, f"A rotation of {counted(len(choice.secrets), 'secret')} is made.")
        return redirect(made)
    asked = request.POST if request.method == "POST" else request.GET
    rows = [(secret, choice.planned.get(secret.pk)) for secret in choice.secrets[:MOST_SHOWN]]
    shown = {"form": form, "choice": choice, "shown": rows, "ids": asked.getlist("ids")}
    return render(request, "rotations/new.html", shown | {"secrets_url": address("inventory:secrets")})


def _chosen(request: HttpRequest, user: User) -> tuple[Choice, dict[str, str]] | None:
    """Return the secrets that the address or the ticks name, and what follows from that for the form.

    None where a filter cannot be read: left out, it would choose more than was meant.
    """
    ticked = keys_of([*request.GET.getlist("ids"), *request.POST.getlist("ids")])
    if ticked:
        return choosing.by_keys(ticked, user=user), {}
    if "ever_owned" in request.GET:
        keys = keys_of(request.GET.getlist("ever_owned"))
        person = get_object_or_404(Person.objects.filter(pk__in=keys))
        title = f"Everything {person} answered for"[:MOST_WORDS]
        return choosing.ever_owned_by(person, user=user), {"title": title, "cause": Rotation.Cause.LEAVER}
    counts = Counts(timezone.localdate())
    filters = SecretFilters(request.GET, counts=counts)
    if filters.errors:
        return None
    title = ", ".join(chip.words for chip in filters.chips())[:MOST_WORDS]
    return choosing.by_filter(filters.wanted(), user=user, today=counts.today), {"title": title}


def _made(request: HttpRequest, form: NewRotationForm, choice: Choice, user: User) -> Rotation | None:
    """Make the rotation, or say in the form what stands against it."""
    if request.POST.get("seen", "") != choice.digest:
        form.add_error(None, CHANGED)
        return None
    if twin := _twin(choice, form.cleaned_data):
        form.add_error(None, f"You made this rotation a moment ago: {twin}. Give this one another title or day.")
        return None
    try:
        return create_rotation(secrets=choice.secrets, by=user, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return None


def _twin(choice: Choice, wanted: Mapping[str, Any]) -> Rotation | None:
    """Return what the same form made a moment ago, before somebody went back and pressed again; at most two queries."""
    since = timezone.now() - timedelta(minutes=UNDO_MINUTES)
    made = Rotation.history.filter(history_type="+", history_date__gte=since).values("id")
    same = {name: wanted[name] for name in ("title", "planned_on", "owner", "cause")}
    keys = {secret.pk for secret in choice.secrets}
    alike = Rotation.objects.filter(pk__in=made, **same).prefetch_related("items")
    return next((one for one in alike if one.is_open and {item.secret_id for item in one.items.all()} == keys), None)
