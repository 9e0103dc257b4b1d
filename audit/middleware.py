"""Makes every request one act, and closes every page to accounts without a role."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from audit.acts import Act, opened
from audit.change_sets import ChangeSet
from audit.policies import may_see_register

if TYPE_CHECKING:
    from audit.models import User

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
GetResponse = Callable[[HttpRequest], HttpResponse]
View = TypeVar("View", bound=Callable[..., Any])


class ActMiddleware:
    """Opens an act for the request; what an unsafe request writes is kept as a whole or not at all."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with opened(Act(lambda: _account(request), _source(request), "")):
            if request.method in SAFE:
                return self.get_response(request)
            with transaction.atomic():
                response = self.get_response(request)
                if response.status_code >= 400:
                    transaction.set_rollback(True)
            return response


class RoleRequiredMiddleware:
    """Answers 403 to accounts without a role, except on pages marked `without_role`."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any) -> None:
        """Let views without a login, those marked and people with a role pass."""
        if not getattr(view, "login_required", True) or getattr(view, "open_without_role", False):
            return
        if request.user.is_authenticated and not may_see_register(request.user):
            raise PermissionDenied


def without_role(view: View) -> View:
    """Mark a view that every account may open, whatever its roles."""
    view.open_without_role = True  # type: ignore[attr-defined]
    return view


def _account(request: HttpRequest) -> User | None:
    user = request.user
    return user if user.is_authenticated else None


def _source(request: HttpRequest) -> str:
    return ChangeSet.Source.ADMIN if request.path.startswith(reverse("admin:index")) else ChangeSet.Source.WEB
