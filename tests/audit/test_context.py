from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from audit import context
from audit.models import User
from tests.factories import make_user


def shown_to(user: object, path: str = "/") -> dict[str, object]:
    request = RequestFactory().get(path)
    request.user = user  # type: ignore[assignment]
    return context.ux(request)


def test_the_frame_costs_no_query_once_the_roles_are_known(django_assert_num_queries, security: User) -> None:
    assert security.roles == {"security"}

    with django_assert_num_queries(0):
        shown_to(security)


def test_a_page_that_does_not_exist_has_no_address() -> None:
    assert context.address("reviews:reviews") == ""
    assert context.address("rotations:rotation", 7) == "/rotations/7/"


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/", {"Home": "page"}),
        ("/rotations/", {"Rotations": "page"}),
        ("/rotations/3/", {"Rotations": "true"}),
        ("/nowhere/", {}),
    ],
)
def test_the_place_of_the_page_is_marked(path: str, current: dict[str, str]) -> None:
    places = shown_to(AnonymousUser(), path)["main_places"]

    assert {place.label: place.current for place in places if place.current} == current  # type: ignore[attr-defined]


def test_the_foot_offers_the_import_to_those_who_may(security: User, auditor: User) -> None:
    labels = [[place.label for place in shown_to(user)["foot_places"]] for user in (security, auditor)]  # type: ignore[attr-defined]

    assert labels == [
        ["Import", "Document", "Escalation path", "Reminders", "Evidence"],
        ["Document", "Escalation path", "Reminders", "Evidence"],
    ]


def test_those_who_grant_roles_are_named_and_nobody_else(security: User, auditor: User, outsider: User) -> None:
    make_user(username="gone", roles=("security",), is_active=False)
    root = make_user(username="root", first_name="Ruth", is_superuser=True)

    assert context.whom_to_ask() == [root, security]


def test_the_header_shows_an_outsider_no_doors(client: Client, outsider: User, security: User) -> None:
    client.force_login(outsider)

    page = client.get("/").content.decode()

    assert page.count("<nav") == 1
    assert 'href="/changes/"' not in page
    assert 'role="search"' not in page
    assert "Sam Security" in page


@pytest.mark.parametrize("path", ["/rotations/", "/changes/", "/rotations/record/"])
def test_every_other_page_tells_an_outsider_whom_to_ask(
    client: Client, outsider: User, security: User, path: str
) -> None:
    client.force_login(outsider)

    response = client.get(path)

    assert response.status_code == 403
    assert "Your account, otto, has no role yet" in response.content.decode()
    assert "Sam Security" in response.content.decode()


def test_an_outsider_can_sign_out_and_change_the_password(client: Client, outsider: User) -> None:
    client.force_login(outsider)

    assert client.get("/accounts/password/").status_code == 200
    assert client.get("/preferences/").status_code == 200
    assert client.post("/accounts/logout/").headers["Location"] == "/accounts/login/"


def test_a_page_that_is_not_there_says_so_in_the_frame(as_security: Client) -> None:
    response = as_security.get("/nowhere/")

    assert response.status_code == 404
    assert "There is no such page." in response.content.decode()
    assert 'aria-label="Main"' in response.content.decode()


def test_the_failure_page_needs_nothing() -> None:
    page = render_to_string("500.html")

    assert "Nothing of what you sent was saved." in page
    assert "<script" not in page


def test_signing_in_leads_to_the_page_that_was_asked_for(client: Client, security: User) -> None:
    asked = client.get("/rotations/")
    page = client.get(asked.headers["Location"]).content.decode()
    signed_in = client.post(
        "/accounts/login/", {"username": "sam", "password": "only-for-tests-4711", "next": "/rotations/"}
    )

    assert 'name="next" value="/rotations/"' in page
    assert signed_in.headers["Location"] == "/rotations/"


def test_a_wrong_password_is_told_without_telling_which_part_was_wrong(client: Client, security: User) -> None:
    page = client.post("/accounts/login/", {"username": "sam", "password": "wrong"}).content.decode()

    assert 'role="alert"' in page
    assert "correct username and password" in page


def test_somebody_can_change_their_password(client: Client, outsider: User) -> None:
    client.force_login(outsider)
    new = "another-long-word-4711"

    client.post(
        "/accounts/password/",
        {"old_password": "only-for-tests-4711", "new_password1": new, "new_password2": new},
    )

    outsider.refresh_from_db()
    assert outsider.check_password(new)
