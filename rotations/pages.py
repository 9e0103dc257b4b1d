"""The pages about work: what needs you, the rotations, one rotation."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audit.middleware import without_role
from audit.models import User
from audit.policies import may_see_register


@without_role
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    if not may_see_register(user):
        return render(request, "rotations/no_role.html")
    return render(request, "rotations/home.html")
