from __future__ import annotations

import pytest
from django.test import Client

from audit.models import ChangeSet, User


def test_somebody_without_a_preference_follows_the_system(as_security: Client) -> None:
    page = as_security.get("/preferences/").content.decode()

    assert '<html lang="en">' in page
    assert 'aria-keyshortcuts="/"' in page


def test_preferences_are_kept_and_seen(as_security: Client, security: User) -> None:
    as_security.post("/preferences/", {"whole": "yes", "theme": "dark"})

    page = as_security.get("/preferences/").content.decode()

    security.refresh_from_db()
    assert (security.theme, security.single_key_shortcuts) == ("dark", False)
    assert '<html lang="en" data-theme="dark">' in page
    assert "aria-keyshortcuts" not in page


def test_the_menu_sets_the_colours_alone_and_comes_back(as_security: Client, security: User) -> None:
    response = as_security.post("/preferences/", {"theme": "light", "next": "/rotations/"})

    security.refresh_from_db()
    assert (security.theme, security.single_key_shortcuts) == ("light", True)
    assert response.headers["Location"] == "/rotations/"


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_the_way_back_stays_within_the_register(as_security: Client, wanted: str) -> None:
    response = as_security.post("/preferences/", {"theme": "", "next": wanted})

    assert response.headers["Location"] == "/preferences/"


def test_a_wrong_choice_is_refused_at_its_field(as_security: Client, security: User) -> None:
    page = as_security.post("/preferences/", {"whole": "yes", "theme": "pink"}).content.decode()

    security.refresh_from_db()
    assert security.theme == ""
    assert 'aria-invalid="true"' in page
    assert "One field needs another look." in page


def test_preferences_are_no_part_of_the_change_log(as_security: Client, security: User) -> None:
    before = ChangeSet.objects.count()

    as_security.post("/preferences/", {"whole": "yes", "theme": "dark"})

    assert ChangeSet.objects.count() == before
