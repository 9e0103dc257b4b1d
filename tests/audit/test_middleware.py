"""A request is one act, and closed to accounts without a role."""

from typing import Any

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from audit.acts import acting, because
from audit.middleware import without_role
from audit.models import ChangeSet, User
from contacts.models import Team
from tests.factories import PASSWORD

pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db(transaction=True)]


def write_twice(request: HttpRequest) -> HttpResponse:
    because("Reorganised")
    Team.objects.create(name="Web")
    Team.objects.create(name="Ops")
    return HttpResponse("written")


def write(request: HttpRequest) -> HttpResponse:
    because("Reorganised")
    Team.objects.create(name=request.GET["name"])
    return HttpResponse("written")


def write_after_rollback(request: HttpRequest) -> HttpResponse:
    because("Reorganised")
    try:
        with transaction.atomic():
            Team.objects.create(name="Web")
            raise LookupError
    except LookupError:
        pass
    Team.objects.create(name="Ops")
    return HttpResponse("written")


def write_and_fail(request: HttpRequest) -> HttpResponse:
    because("Reorganised")
    Team.objects.create(name="Web")
    raise LookupError


def write_and_refuse(request: HttpRequest) -> HttpResponse:
    because("Reorganised")
    Team.objects.create(name="Web")
    raise PermissionDenied


def write_without_reason(request: HttpRequest) -> HttpResponse:
    Team.objects.create(name="Web")
    return HttpResponse("written")


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("page")


urlpatterns = [
    path("write_twice/", write_twice),
    path("write/", write),
    path("write_after_rollback/", write_after_rollback),
    path("write_and_fail/", write_and_fail),
    path("write_and_refuse/", write_and_refuse),
    path("write_without_reason/", write_without_reason),
    path("page/", page),
    path("open/", login_not_required(lambda request: HttpResponse("open"))),
    path("every-account/", without_role(lambda request: HttpResponse("every account"))),
    path("", include("config.urls")),
]


def told() -> list[tuple[str, str, str, list[str]]]:
    last = ChangeSet.objects.exclude(source="system").order_by("pk")
    return [
        (found.actor_name, found.source, found.reason, sorted(found.rows.values_list("object_text", flat=True)))
        for found in last
    ]


def test_a_request_is_one_change_set_of_whoever_is_signed_in(as_security: Client) -> None:
    answer = as_security.post("/write_twice/")

    assert answer.content == b"written"
    assert told() == [("Sam Security", "web", "Reorganised", ["Ops", "Web"])]


def test_two_requests_are_two_change_sets(as_security: Client) -> None:
    as_security.post("/write/?name=Web")
    as_security.post("/write/?name=Ops")

    assert [row[3] for row in told()] == [["Web"], ["Ops"]]


def test_a_block_rolled_back_in_a_request_leaves_the_rest(as_security: Client) -> None:
    as_security.post("/write_after_rollback/")

    assert told() == [("Sam Security", "web", "Reorganised", ["Ops"])]


@pytest.mark.parametrize(("address", "status"), [("write_and_fail", 500), ("write_and_refuse", 403)])
def test_a_request_that_fails_writes_nothing(as_security: Client, address: str, status: int) -> None:
    as_security.raise_request_exception = False

    answer = as_security.post(f"/{address}/")

    assert (answer.status_code, Team.objects.count(), Team.history.count(), told()) == (status, 0, 0, [])


def test_a_request_without_a_reason_writes_nothing(as_security: Client) -> None:
    as_security.raise_request_exception = False

    answer = as_security.post("/write_without_reason/")

    assert (answer.status_code, Team.objects.count()) == (500, 0)


def test_a_page_needs_an_account(client: Client, db: None) -> None:
    answer = client.get("/page/")

    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/page/")


def test_a_page_needs_a_role(client: Client, outsider: User) -> None:
    client.force_login(outsider)

    assert (client.get("/page/").status_code, client.post("/write_twice/").status_code) == (403, 403)
    assert Team.objects.count() == 0


def test_an_account_that_is_not_active_is_nobody(client: Client, security: User) -> None:
    client.force_login(security)
    with acting(actor=None, source=ChangeSet.Source.SYSTEM, reason="Left"):
        User.objects.filter(pk=security.pk).update(is_active=False)

    assert client.get("/page/")["Location"] == "/accounts/login/?next=/page/"


@pytest.mark.parametrize("address", ["open", "every-account"])
def test_a_marked_page_is_open_without_a_role(client: Client, outsider: User, address: str) -> None:
    client.force_login(outsider)

    assert client.get(f"/{address}/").content.decode() == address.replace("-", " ")


def sign_in(client: Client, **fields: Any) -> HttpResponse:
    return client.post("/accounts/login/", {"username": "sam", "password": PASSWORD} | fields)


def test_signing_in_leads_to_the_page_asked_for(client: Client, security: User) -> None:
    answer = sign_in(client, next="/page/")

    security.refresh_from_db()
    assert answer["Location"] == "/page/"
    assert client.get("/page/").content == b"page"
    assert security.last_login is not None
    assert told() == []


def test_signing_in_leads_nowhere_else(client: Client, security: User) -> None:
    assert sign_in(client, next="https://elsewhere.example/")["Location"] == "/"


def test_a_wrong_password_signs_nobody_in(client: Client, security: User) -> None:
    answer = sign_in(client, password="guessed")

    assert answer.status_code == 200
    assert client.get("/page/").status_code == 302


def test_a_password_can_be_changed(client: Client, outsider: User) -> None:
    client.force_login(outsider)

    answer = client.post(
        "/accounts/password/",
        {"old_password": PASSWORD, "new_password1": "correct horse battery", "new_password2": "correct horse battery"},
    )

    outsider.refresh_from_db()
    assert answer["Location"] == "/accounts/password/done/"
    assert outsider.check_password("correct horse battery")


def test_signing_out_ends_the_session(client: Client, security: User) -> None:
    client.force_login(security)

    client.post("/accounts/logout/")

    assert client.get("/page/").status_code == 302
