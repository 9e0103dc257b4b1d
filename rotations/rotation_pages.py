"""The page of one rotation, and what is done to it as a whole: planned, completed, cancelled, its steps and notes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from audit.changes import entries
from audit.context import address
from audit.ledger.head import head
from audit.models import User
from audit.relative_dates import counted
from contacts.working_days import is_working_day
from rotations import completion, csv_out, replanning
from rotations import tasks as checklist_tasks
from rotations.checklist import burn_down_of, checklist_of, history_of
from rotations.forms import RecordForm
from rotations.mark_forms import DayForm, NoteForm, StepForm, WhyForm
from rotations.marks import marked_at
from rotations.models import Rotation, RotationTask
from rotations.policies import may_edit_rotation, may_take_part

NOTES_SHOWN = 50


@require_safe
def rotation(request: HttpRequest, pk: int) -> HttpResponse:
    user, now = cast(User, request.user), timezone.now()
    found, today = _found(user, pk), timezone.localdate(now)
    may_edit, takes_part = may_edit_rotation(user, found), may_take_part(user, found)
    since = now - timedelta(minutes=completion.UNDO_MINUTES)
    checklist = checklist_of(found, user=user, undo_since=since, takes_part=takes_part)
    shown = {
        "rotation": found,
        "checklist": checklist,
        "form": RecordForm(today=today),
        "notes": found.remarks.select_related("by").order_by("-pk")[:NOTES_SHOWN],
        "burn_down": burn_down_of(found, checklist, today=today),
        "history": entries(history_of(found, checklist)),
        "may_edit": may_edit,
        "takes_part": takes_part,
        "can_be_reopened": may_edit and completion.can_be_reopened(found, now=now),
        "edit_url": address("admin:rotations_rotation_change", pk) if may_edit else "",
    }
    return render(request, "rotations/rotation.html", shown)


@require_safe
def evidence(request: HttpRequest, pk: int) -> HttpResponse:
    user, now = cast(User, request.user), timezone.localtime()
    found = _found(user, pk)
    people = ("secret", "recorded_by", "verified_by", "old_revoked_by")
    items = list(found.items.select_related(*people).order_by("secret__name", "pk"))
    tasks = list(found.tasks.select_related("done_by").in_order())
    done = sum(item.outcome == item.Outcome.ROTATED for item in items)
    words = f"Secrets Index, {settings.PLATFORM_NAME}. Rotation {pk}, {found}: {found.get_state_display().lower()},"
    words += f" {done} of {counted(len(items), 'secret')} rotated. As of {now:%Y-%m-%d %H:%M} {settings.TIME_ZONE}."
    words += f" Exported by {user}. Head of the ledger: {head()}."
    end, _ = completion.end_of(found)
    table = csv_out.table_of(found, items, tasks, end=end, marked_at=marked_at(items), closing=words)
    response = HttpResponse(table, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="rotation-{pk}-{now:%Y-%m-%d}.csv"'
    return response


@require_POST
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    form = DayForm(request.POST, today=timezone.localdate())

    def act(found: Rotation, user: User) -> str:
        form.check()
        on = form.cleaned_data["on"]
        if on is not None and on < form.today and may_edit_rotation(user, found):
            raise ValidationError("Choose today or a day to come.", code="past")
        replanning.plan_for(rotation=found, on=on, by=user)
        return " ".join(_planned(found, on))

    return _done(request, pk, act)


@require_POST
def complete(request: HttpRequest, pk: int) -> HttpResponse:
    form, today = WhyForm(request.POST), timezone.localdate()

    def act(found: Rotation, user: User) -> str:
        form.check()
        reason = form.cleaned_data["reason"]
        completion.complete(rotation=found, by=user, today=today, old_alive_reason=reason)
        return "The rotation is complete."

    return _done(request, pk, act, undo="rotations:reopen")


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    form = WhyForm(request.POST)

    def act(found: Rotation, user: User) -> str:
        form.check()
        completion.cancel(rotation=found, by=user, reason=form.cleaned_data["reason"])
        return "The rotation is cancelled. What was rotated in it stays rotated."

    return _done(request, pk, act, undo="rotations:reopen")


@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    def act(found: Rotation, user: User) -> str:
        completion.reopen(rotation=found, by=user)
        return "Taken back. The rotation goes on; both entries are kept."

    return _done(request, pk, act)


@require_POST
def add_step(request: HttpRequest, pk: int) -> HttpResponse:
    form = StepForm(request.POST)

    def act(found: Rotation, user: User) -> str:
        form.check()
        checklist_tasks.add_step(rotation=found, words=form.cleaned_data["words"], by=user)
        return "Added to the steps."

    return _done(request, pk, act)


@require_POST
def add_note(request: HttpRequest, pk: int) -> HttpResponse:
    form = NoteForm(request.POST)

    def act(found: Rotation, user: User) -> str:
        form.check()
        checklist_tasks.add_note(rotation=found, text=form.cleaned_data["text"], by=user)
        return "Noted."

    return _done(request, pk, act)


@require_POST
def tick(request: HttpRequest, pk: int) -> HttpResponse:
    task, today = _task(request, pk), timezone.localdate()
    if task is None:
        return _gone(request, pk)

    def act(found: Rotation, user: User) -> str:
        is_done = request.POST.get("done") != "no"
        checklist_tasks.tick(task=task, by=user, today=today, done=is_done)
        return f"{'Done' if is_done else 'Not done'}: {task.words}"

    return _done(request, task.rotation_id, act)


@require_POST
def remove_step(request: HttpRequest, pk: int) -> HttpResponse:
    task = _task(request, pk)
    if task is None:
        return _gone(request, pk)

    def act(found: Rotation, user: User) -> str:
        checklist_tasks.remove_step(task=task, by=user)
        return f"Removed: {task.words}"

    return _done(request, task.rotation_id, act)


@require_POST
def move_clean_up(request: HttpRequest, pk: int) -> HttpResponse:
    task, form = _task(request, pk), DayForm(request.POST, today=timezone.localdate())
    if task is None:
        return _gone(request, pk)

    def act(found: Rotation, user: User) -> str:
        form.check()
        moved = checklist_tasks.move_clean_up(task=task, due_on=form.day, by=user)
        return f"Clean-up by {moved.due_on}."

    return _done(request, task.rotation_id, act)


def _planned(rotation: Rotation, on: date | None) -> Iterator[str]:
    """Yield what is to be said of the day; one query."""
    if on is None:
        yield "It has no day any more, and is a draft."
        return
    yield f"Planned for {on:%A} {on}. Calendars follow."
    if not is_working_day(on):
        yield "That is no working day."
    late = rotation.items.to_do().filter(secret__next_rotation_on__lt=on).count()
    if late:
        yield f"{counted(late, 'secret')} {'falls' if late == 1 else 'fall'} due before."


def _found(user: User, pk: int) -> Rotation:
    return get_object_or_404(Rotation.objects.visible_to(user).with_lead(), pk=pk)


def _task(request: HttpRequest, pk: int) -> RotationTask | None:
    user = cast(User, request.user)
    return RotationTask.objects.filter(rotation__in=Rotation.objects.visible_to(user), pk=pk).first()


def _gone(request: HttpRequest, pk: int) -> HttpResponse:
    """Say on the page of its rotation that somebody removed the step; one that never was has no page."""
    user = cast(User, request.user)
    known = RotationTask.history.filter(id=pk).order_by("-history_id").first()
    rotation = _found(user, known.rotation_id if known is not None else 0)
    messages.error(request, "Somebody removed this step a moment ago. Nothing was changed.")
    return redirect(rotation)


def _done(request: HttpRequest, pk: int, act: Callable[[Rotation, User], str], *, undo: str = "") -> HttpResponse:
    """Do it, or say why not, and show the rotation; `undo` names the address that takes it back."""
    user = cast(User, request.user)
    found = _found(user, pk)
    try:
        words = act(found, user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, words, extra_tags=reverse(undo, args=[pk]) if undo else "")
    return redirect(found)
