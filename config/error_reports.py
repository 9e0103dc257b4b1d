"""Knows what an error page with DEBUG and an e-mailed report may say: where it failed, and nothing anybody typed."""

from __future__ import annotations

from collections.abc import ItemsView
from typing import Any

from django.http import HttpRequest
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

from config.logging import mask, without_echoes

HIDDEN = "[not shown]"


class NothingTypedFilter(SafeExceptionReporterFilter):
    """Hides every variable and everything that was sent, in production and with DEBUG alike."""

    def is_active(self, request: HttpRequest | None) -> bool:
        return True

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        return dict.fromkeys(request.POST, HIDDEN) if request is not None else {}

    def get_traceback_frame_variables(self, request: Any, tb_frame: Any) -> ItemsView[str, Any]:
        return dict[str, Any]().items()

    def get_safe_cookies(self, request: Any) -> dict[str, Any]:
        return dict.fromkeys(request.COOKIES, HIDDEN) if hasattr(request, "COOKIES") else {}

    def get_safe_request_meta(self, request: Any) -> dict[str, Any]:
        """Return what the server knows of the request, but for what the browser sent in its address and cookies."""
        found = super().get_safe_request_meta(request)
        told = {"QUERY_STRING", "HTTP_COOKIE", "HTTP_REFERER", "PATH_INFO", "REQUEST_URI", "RAW_URI"}
        return {name: HIDDEN if name in told else mask(str(value)) for name, value in found.items()}


class NothingTypedReporter(ExceptionReporter):
    """Tells where a page failed without the words of the request."""

    def get_traceback_data(self) -> dict[str, Any]:
        """Return what the page and the report show."""
        data = super().get_traceback_data()
        for frame in data.get("frames", ()):
            frame["vars"] = []
            frame["exc_cause"] = type(frame["exc_cause"]).__name__ if frame.get("exc_cause") else None
        data |= {
            "exception_value": without_echoes(self.exc_value) if self.exc_value is not None else "",
            "exception_notes": "",
            "unicode_hint": "",
            "request_GET_items": [(name, HIDDEN) for name in self.request.GET] if self.request is not None else [],
            "request_FILES_items": [],
            "request_insecure_uri": HIDDEN,
        }
        return data

    def _get_raw_insecure_uri(self) -> str:
        return HIDDEN
