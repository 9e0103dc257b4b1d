"""Shows one entry of the change log: every row of it, what was said of it, and what its reader may do about it."""

from __future__ import annotations

from typing import cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from audit.counter_change import counter_change
from audit.models import ChangeRow, ChangeSet, User
from audit.policies import may_answer, may_object, may_review, may_take_back
from audit.review_forms import AnswerForm, ObjectionForm
from audit.review_states import conversation, states
from audit.reviewers import others_who_review

ROWS_PER_PAGE = 100


def page_of(
    request: HttpRequest,
    change_set: ChangeSet,
    *,
    objection_form: ObjectionForm | None = None,
    answer_form: AnswerForm | None = None,
) -> HttpResponse:
    """Return the page of `change_set`, with a form that was refused where there is one."""
    user = cast(User, request.user)
    state = states([change_set])[change_set.pk]
    rows = ChangeRow.objects.filter(change_set=change_set).order_by("pk")
    may_back = state.is_objected and may_take_back(user, change_set)
    shown = {
        "change_set": change_set,
        "page": Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("page")),
        "state": state,
        "said": conversation(change_set),
        "redactions": change_set.redactions.order_by("pk")[:ROWS_PER_PAGE],
        "may_review": state.waiting is not None and may_review(user, change_set),
        "is_own": change_set.actor_id == user.pk,
        "is_alone": change_set.actor_id == user.pk and not others_who_review(user).exists(),
        "counter": counter_change(change_set, by=user) if may_back else None,
        "objection_form": (objection_form or ObjectionForm()) if may_object(user, change_set) else None,
        "answer_form": (answer_form or AnswerForm()) if state.is_objected and may_answer(user, change_set) else None,
    }
    return render(request, "audit/change_set.html", shown)
