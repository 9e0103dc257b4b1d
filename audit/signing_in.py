"""The pages of Django on which somebody comes in or changes their password, with what the register adds to them."""

from __future__ import annotations

import math
from typing import Any

from django.contrib.auth import views
from django.http import HttpResponse
from django.utils import timezone

from audit.account_forms import SignInForm
from audit.security_log import log_new_password


class SignInView(views.LoginView):
    """The page to sign in; it answers 429 to whoever has to wait after too many failures."""

    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_invalid(self, form: Any) -> HttpResponse:
        response = super().form_invalid(form)
        if form.refused_until is not None:
            response.status_code = 429
            response["Retry-After"] = str(math.ceil((form.refused_until - timezone.now()).total_seconds()))
        return response


class OwnPasswordView(views.PasswordChangeView):
    """A new password for oneself; the security log tells of it."""

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        log_new_password(self.request, form.user)
        return response
