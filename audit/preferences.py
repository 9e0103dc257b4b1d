"""The preferences of an account: light or dark, and the single-key shortcut (which WCAG 2.1.4 wants switchable).

Beside them stands the way to end one's other sessions.
"""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from audit.acts import because
from audit.forms import GuardedModelForm
from audit.models import User
from audit.security_log import log_ended_sessions
from audit.sessions import end_other_sessions


class PreferencesForm(GuardedModelForm):
    """What a person may set about their own account."""

    class Meta:
        model = User
        fields = ("theme", "single_key_shortcuts")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        # The menu sends the theme alone: what is not sent stays as it is.
        if self.is_bound and "whole" not in self.data:
            for name in [name for name in self.fields if self.add_prefix(name) not in self.data]:
                del self.fields[name]


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    account = cast(User, request.user)
    form = PreferencesForm(request.POST or None, instance=account)
    if request.method == "POST" and form.is_valid():
        because("Own preferences")
        form.save()
        if "whole" in request.POST:
            messages.success(request, "Preferences saved.")
        return redirect(_next(request))
    return render(request, "registration/preferences.html", {"form": form})


@require_POST
def sign_out_elsewhere(request: HttpRequest) -> HttpResponse:
    account = cast(User, request.user)
    end_other_sessions(request, account, at=timezone.now())
    log_ended_sessions(request, [account])
    messages.success(request, "You are signed out everywhere else.")
    return redirect("audit:preferences")


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    here = request.get_host()
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={here}, require_https=request.is_secure())
    return wanted if safe else reverse("audit:preferences")
