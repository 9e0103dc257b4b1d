"""The page that shows what was and will be sent, and the two doors by which people ask for quiet."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.address_guard import takes_keys
from audit.models import User
from audit.relative_dates import counted
from contacts.delivery import channels_set_up
from contacts.models import Person
from inventory.counts import Counts
from inventory.policies import person_of
from rotations import acknowledging, told
from rotations.acknowledging import acknowledge, acknowledge_by_link
from rotations.answer_keys import message_by_key
from rotations.models import Acknowledgement, Reminder, ReminderMessage, ReminderRun
from rotations.policies import may_see_reminders
from rotations.quiet_forms import QuietForm
from rotations.told import Thing
from rotations.upcoming_reminders import week

PER_PAGE = 30


@require_safe
def reminders(request: HttpRequest) -> HttpResponse:
    user, today = cast(User, request.user), timezone.localdate()
    if not may_see_reminders(user):
        raise PermissionDenied
    page = Paginator(told.messages(), PER_PAGE).get_page(request.GET.get("page"))
    shown = {
        "page": page,
        "told": told.with_things(page.object_list),
        "undelivered": told.undelivered(today)[:PER_PAGE],
        "not_invited": told.not_invited(today)[:PER_PAGE],
        "week": Counts(today).remembered("reminders", lambda: week(today=today)),
        "run": ReminderRun.objects.order_by("-on").first(),
        "channels": channels_set_up(),
    }
    return render(request, "rotations/reminders.html", shown | _own(person_of(user), request))


def _own(person: Person | None, request: HttpRequest) -> dict[str, object]:
    """Return what somebody sees of themselves."""
    today = timezone.localdate()
    if person is None:
        return {"person": None}
    mine, silent = told.open_for(person, today=today), told.quiet_for(person, today=today)
    return {"person": person, "mine": mine, "silent": silent, "form": QuietForm(today=today)}


@require_POST
def quiet(request: HttpRequest) -> HttpResponse:
    user, today = cast(User, request.user), timezone.localdate()
    person, form = person_of(user), QuietForm(request.POST, today=today)
    if person is None:
        raise PermissionDenied("Your account belongs to no person in the register.")
    wanted = _ticked(request, told.open_for(person, today=today))
    if not wanted:
        messages.warning(request, "Tick what you know of, then ask for quiet.")
    elif not form.is_valid():
        messages.error(request, str(form.errors["until_on"][0]))
    else:
        _acknowledge(request, person, wanted, form)
    return redirect("rotations:reminders")


def _acknowledge(request: HttpRequest, person: Person, wanted: list[Reminder], form: QuietForm) -> None:
    until_on, today = form.cleaned_data["until_on"], timezone.localdate()
    user = cast(User, request.user)
    try:
        count = acknowledge(reminders=wanted, person=person, until_on=until_on, by=user, today=today)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return
    messages.success(request, f"Quiet until {until_on} about {counted(count, 'thing')}. Others are told as before.")


@require_POST
def end_quiet(request: HttpRequest, pk: int) -> HttpResponse:
    user = cast(User, request.user)
    row = get_object_or_404(
        Acknowledgement.objects.select_related("secret", "task").filter(person__account=user), pk=pk
    )
    what = row.secret or row.task
    acknowledging.end_quiet(acknowledgement=row, by=user)
    messages.success(request, f"You are told of {what} again.")
    return redirect("rotations:reminders")


@takes_keys
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, key: str) -> HttpResponse:
    message, today = message_by_key(key), timezone.localdate()
    if message is None:
        raise Http404
    things = told.things_of(message)
    form = QuietForm(request.POST if request.method == "POST" else None, today=today)
    if request.method == "POST" and form.is_valid() and _answered(request, message, things, form):
        return redirect("rotations:answer", key)
    silent = {(row.secret_id, row.task_id): row.until_on for row in told.quiet_for(message.person, today=today)}
    rows = [(each, silent.get((each.reminder.secret_id, each.reminder.task_id))) for each in things]
    shown = {"message": message, "rows": rows, "form": form, "all_quiet": all(until for _, until in rows)}
    return render(request, "rotations/answer.html", shown)


def _answered(request: HttpRequest, message: ReminderMessage, things: list[Thing], form: QuietForm) -> bool:
    """Write what was asked for; return whether it was, else the form says why not."""
    wanted, until_on = _ticked(request, things), form.cleaned_data["until_on"]
    if not wanted:
        form.add_error(None, "Tick what you know of.")
        return False
    try:
        acknowledge_by_link(message=message, reminders=wanted, until_on=until_on, today=timezone.localdate())
    except ValidationError as error:
        form.add_error("until_on", error)
        return False
    return True


def _ticked(request: HttpRequest, known: list[Thing]) -> list[Reminder]:
    """Return those of `known` that are ticked; others are nobody's business here."""
    wanted = set(request.POST.getlist("ids"))
    return [each.reminder for each in known if str(each.reminder.pk) in wanted]
