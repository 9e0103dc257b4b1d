"""Slack, through a real server on this machine."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest
from django.test import override_settings

from config.logging import logging_config, mask
from contacts.delivery import Way, deliver
from contacts.delivery.outcome import Outcome, asked_to_wait
from contacts.delivery.slack import safe
from tests.contacts.delivery.test_email import message
from tests.peers import Slack, slack_server

PERSON, CHANNEL = Way("slack", "U024BE7LH"), Way("slack", "#Platform team")


@pytest.fixture
def slack() -> Iterator[Slack]:
    with slack_server("Platform team") as running:
        yield running


def test_a_person_is_told_by_their_id(slack: Slack):
    outcome = deliver(message(), PERSON)

    [said] = slack.said
    assert outcome == Outcome.delivered()
    assert (said["path"], said["channel"], said["text"]) == ("/api/chat.postMessage", "U024BE7LH", "Words")
    assert said["token"] == "Bearer a-token"


def test_a_team_is_told_in_its_channel_which_gets_no_token(slack: Slack):
    outcome = deliver(message(), CHANNEL)

    [said] = slack.said
    assert outcome == Outcome.delivered()
    assert (said["path"], said["text"], said["token"]) == ("/services/T1/B0/x", "Words", "")


@pytest.mark.parametrize("way", [PERSON, CHANNEL], ids=["person", "channel"])
def test_who_asks_for_time_gets_it_and_is_not_asked_again_at_once(slack: Slack, way: Way):
    slack.answers = [(429, {"Retry-After": "77"}, "")]

    outcome = deliver(message(), way)

    assert (outcome.kind, outcome.wait, len(slack.said)) == ("later", 77, 1)


@pytest.mark.parametrize("way", [PERSON, CHANNEL], ids=["person", "channel"])
@pytest.mark.parametrize("answer", [(500, {}, "no"), (200, {}, "<html>Sign in</html>")], ids=["failing", "other page"])
def test_what_is_no_answer_of_slack_is_tried_again(slack: Slack, way: Way, answer: tuple[int, dict[str, str], str]):
    slack.answers = [answer]

    assert deliver(message(), way).kind == "later"


@pytest.mark.parametrize(
    ("code", "kind"),
    [("channel_not_found", "never"), ("user_disabled", "never"), ("invalid_auth", "later"), ("a'b <c>", "later")],
)
def test_what_is_wrong_with_a_person_is_final_and_with_the_register_is_not(slack: Slack, code: str, kind: str):
    slack.answers = [(200, {}, f'{{"ok": false, "error": "{code}"}}')]

    outcome = deliver(message(), PERSON)

    assert outcome.kind == kind
    assert ("<" in outcome.reason, "a-token" in outcome.reason) == (False, False)


def test_a_channel_that_is_gone_is_final(slack: Slack):
    slack.answers = [(404, {}, "no_service")]

    assert deliver(message(), CHANNEL) == Outcome.never("Slack does not know the channel's address (404).")
    assert deliver(message(), Way("slack", "#Others")).kind == "never"


def test_a_slack_that_cannot_be_reached_is_tried_again_and_no_address_is_told():
    with slack_server("Platform team") as gone:
        settings = {"SLACK_API_URL": f"{gone.address}/api/", "SLACK_TOKEN": "a-token"}
        webhooks = {"platform team": f"{gone.address}/services/T1/B0/x"}

    with override_settings(**settings, SLACK_WEBHOOKS=webhooks):
        outcomes = [deliver(message(), way) for way in (PERSON, CHANNEL)]

    assert [outcome.kind for outcome in outcomes] == ["later", "later"]
    assert [words for outcome in outcomes for words in ("127", "/services") if words in outcome.reason] == []


def test_no_channels_address_reaches_the_log(slack: Slack):
    written = io.StringIO()
    config = logging_config("DEBUG")
    config["handlers"]["console"]["stream"] = written
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    logging.config.dictConfig(config)
    try:
        deliver(message(), CHANNEL)
        deliver(message(), PERSON)
    finally:
        root.handlers[:], root.level = handlers, level

    assert written.getvalue() == ""
    assert (
        mask("POST https://hooks.slack.com/services/T012/B345/AbCdEf") == "POST https://hooks.slack.com/services/[key]"
    )


def test_a_name_is_no_command_in_slack():
    assert (
        safe("<!channel> & <https://a.example|b>\n@here") == "&lt;!channel&gt; &amp; &lt;https://a.example|b&gt; @here"
    )


@pytest.mark.parametrize(
    ("value", "seconds"), [("30", 30), (" 5 ", 5), ("999999", 86_400), ("-1", None), ("Fri", None), (None, None)]
)
def test_only_a_number_of_seconds_is_a_wait(value: str | None, seconds: int | None):
    assert asked_to_wait(value) == seconds


def test_waits_grow_up_to_an_hour_and_are_never_shorter_than_was_asked():
    later, asked = Outcome.later("No."), Outcome.later("No.", 7200)

    assert [later.seconds_to_wait(tries) for tries in (1, 2, 3, 6, 7, 500)] == [60, 120, 240, 1920, 3600, 3600]
    assert asked.seconds_to_wait(1) == 7200
