"""By which channels somebody is told, and why by none."""

from __future__ import annotations

import pytest
from django.test import override_settings

from contacts.delivery import Way, channels_set_up, ways_to, why_not
from contacts.models import Person, Team

BOTH = override_settings(SENDS_MAIL=True, SLACK_TOKEN="a-token", SLACK_WEBHOOKS={"platform team": "https://a.example/"})


def person(told_by: str, **fields: object) -> Person:
    return Person(name="Olga", told_by=told_by, **{"email": "olga@example.org", "slack_user_id": "U1"} | fields)


def test_without_settings_nobody_is_told_anything():
    assert (channels_set_up(), ways_to(person("both"))) == ([], [])


@pytest.mark.parametrize(
    ("told_by", "fields", "ways"),
    [
        ("email", {}, [Way("email", "olga@example.org")]),
        ("slack", {}, [Way("slack", "U1")]),
        ("both", {}, [Way("email", "olga@example.org"), Way("slack", "U1")]),
        ("both", {"email": ""}, [Way("slack", "U1")]),
        ("slack", {"slack_user_id": "", "team": Team(name="Platform Team")}, [Way("slack", "#Platform Team")]),
        ("slack", {"slack_user_id": "", "team": Team(name="Others")}, []),
        ("email", {"email": ""}, []),
        ("nothing", {}, []),
    ],
)
@BOTH
def test_each_is_told_the_way_they_chose(told_by: str, fields: dict[str, object], ways: list[Way]):
    assert ways_to(person(told_by, **fields)) == ways


@override_settings(SENDS_MAIL=True, SLACK_TOKEN="", SLACK_WEBHOOKS={})
def test_who_chose_what_is_not_set_up_is_told_nothing_by_it():
    assert (ways_to(person("slack")), ways_to(person("both"))) == ([], [Way("email", "olga@example.org")])


@pytest.mark.parametrize(
    ("told_by", "words"),
    [
        ("nothing", "wants no reminders"),
        ("email", "has no e-mail address"),
        ("slack", "has no Slack user ID, and the team no channel"),
        ("both", "can be reached neither by e-mail nor by Slack"),
    ],
)
def test_it_is_said_why_there_is_no_way(told_by: str, words: str):
    assert why_not(person(told_by)) == words
