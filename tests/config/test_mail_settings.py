"""What a deployer writes about mail and Slack, and what they are told when it is wrong."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import environment as env

NAME, PASSWORD = "A_MAIL_SETTING", "hunter2-Kx81"
SMTP = "django.core.mail.backends.smtp.EmailBackend"


def mail(monkeypatch: pytest.MonkeyPatch, address: str, *, https: bool = True) -> dict[str, object]:
    monkeypatch.setenv(NAME, address)
    return env.mail(NAME, https=https)


def test_without_an_address_no_mail_is_sent(monkeypatch: pytest.MonkeyPatch):
    assert mail(monkeypatch, "") == {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}


@pytest.mark.parametrize(
    ("address", "port", "tls", "ssl"),
    [
        (f"smtp+tls://me:{PASSWORD}@mail.example:2587", 2587, True, False),
        (f"smtps://me:{PASSWORD}@mail.example", 587, True, False),
        (f"smtp+ssl://me:{PASSWORD}@mail.example", 465, False, True),
    ],
)
def test_mail_goes_through_tls(monkeypatch: pytest.MonkeyPatch, address: str, port: int, tls: bool, ssl: bool):
    found = mail(monkeypatch, address)

    assert (found["EMAIL_BACKEND"], found["EMAIL_HOST"], found["EMAIL_PORT"]) == (SMTP, "mail.example", port)
    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("me", PASSWORD)
    assert (found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (tls, ssl)


def test_a_server_on_this_machine_needs_none(monkeypatch: pytest.MonkeyPatch):
    assert mail(monkeypatch, "smtp://localhost:25")["EMAIL_HOST"] == "localhost"
    assert mail(monkeypatch, "smtp://mail.example", https=False)["EMAIL_PORT"] == 25


@pytest.mark.parametrize(
    ("address", "what"),
    [
        (f"smtp://me:{PASSWORD}@mail.example", "would send mail without TLS"),
        (f"pop3://me:{PASSWORD}@mail.example", "names no mail server"),
        (f"smtp+tls://me:{PASSWORD}@", "names no mail server"),
        (f"smtp+tls://me:{PASSWORD}@mail.example:port", "cannot be understood"),
        (f"mail.example:{PASSWORD}", "names no mail server"),
    ],
)
def test_a_wrong_address_is_refused_without_being_repeated(monkeypatch: pytest.MonkeyPatch, address: str, what: str):
    with pytest.raises(ImproperlyConfigured) as refused:
        mail(monkeypatch, address)

    assert str(refused.value).startswith(f"{NAME} {what}.")
    assert PASSWORD not in str(refused.value)


def test_the_sender_is_one_address(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(NAME, "secrets@example.org")
    assert env.mail_address(NAME, "other@localhost") == "secrets@example.org"
    monkeypatch.setenv(NAME, "Secrets <secrets@example.org>")
    with pytest.raises(ImproperlyConfigured):
        env.mail_address(NAME, "other@localhost")


def test_channels_stand_beside_their_teams(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(NAME, "Platform team=https://hooks.example/services/T1/B1/x=, Ops = http://127.0.0.1:8001/x")

    found = env.named_addresses(NAME)

    assert found == {"platform team": "https://hooks.example/services/T1/B1/x=", "ops": "http://127.0.0.1:8001/x"}


@pytest.mark.parametrize(
    "written",
    [
        f"https://hooks.example/{PASSWORD}",
        f"Ops=http://hooks.example/{PASSWORD}",
        f"Ops=ftp://hooks.example/{PASSWORD}",
        f"=https://hooks.example/{PASSWORD}",
        f"Ops=https://[{PASSWORD}",
        f"Ops=https://a.example/1,ops=https://a.example/{PASSWORD}",
    ],
)
def test_a_wrong_channel_is_refused_without_being_repeated(monkeypatch: pytest.MonkeyPatch, written: str):
    monkeypatch.setenv(NAME, written)

    with pytest.raises(ImproperlyConfigured) as refused:
        env.named_addresses(NAME)

    assert PASSWORD not in str(refused.value)
