"""The pages of Django on which somebody comes in or changes their password, with what the register adds to them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import views
from django.http import HttpResponse

from audit.security_log import log_new_password


class OwnPasswordView(views.PasswordChangeView):
    """A new password for oneself; the security log tells of it."""

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        log_new_password(self.request, form.user)
        return response
