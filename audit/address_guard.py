"""Knows values in addresses: what somebody searched for, or pasted behind a slash, is neither used nor shown again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from audit.guard import Refusal, check_text

_TELLING = re.compile(r"(?i)pass|pwd|secret|token|key|cred")
GetResponse = Callable[[HttpRequest], HttpResponse]
View = TypeVar("View", bound=Callable[..., Any])


class AddressGuardMiddleware:
    """Answers 400 where a query or a part of a path looks like a value, before any page or redirect repeats it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 404 or getattr(request, "takes_keys", False):
            return response
        # No page was found, so no view was asked; with DEBUG the answer would repeat the whole path.
        refusal = _first_refusal([*request.path_info.split("/"), *_query(request)])
        return response if refusal is None else _refused(request, refusal, shows_header=False)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Iterable[Any], kwargs: Mapping[str, Any]
    ) -> HttpResponse | None:
        """Return the refusal, or None where the page may be asked."""
        if getattr(view, "takes_keys", False):
            request.takes_keys = True  # type: ignore[attr-defined]
            refusal = _first_refusal(_query(request))
            return None if refusal is None else _refused(request, refusal, shows_header=False)
        parts = [part for part in (*args, *kwargs.values()) if isinstance(part, str)]
        refusal = _first_refusal(parts)
        if refusal is not None:
            return _refused(request, refusal, shows_header=False)
        refusal = _first_refusal(_query(request, but=getattr(view, "guards_itself", "")))
        return None if refusal is None else _refused(request, refusal, shows_header=True)


def takes_keys(view: View) -> View:
    """Mark a view whose address holds a key that the register made itself."""
    view.takes_keys = True  # type: ignore[attr-defined]
    return view


def guards_itself(name: str) -> Callable[[View], View]:
    """Mark a view that refuses values of the parameter `name` itself, because it has more to say."""

    def marked(view: View) -> View:
        view.guards_itself = name  # type: ignore[attr-defined]
        return view

    return marked


def _query(request: HttpRequest, *, but: str = "") -> Iterator[str]:
    for name, values in request.GET.lists():
        if name != but:
            yield name
            yield from values
            if _TELLING.search(name):
                yield from (f"{name}={value}" for value in values)


def _first_refusal(texts: Iterable[str]) -> Refusal | None:
    return next((refusal for text in texts if (refusal := check_text(text)) is not None), None)


def _refused(request: HttpRequest, refusal: Refusal, *, shows_header: bool) -> HttpResponse:
    """Return the page without the header where the path holds the value: the header repeats the path."""
    shown = {"refusal": refusal, "shows_header": shows_header}
    return render(request, "value_in_address.html", shown, status=400)
