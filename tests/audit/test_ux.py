from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from django import forms
from django.template import Context, Template

from audit.icons import ICONS
from audit.templatetags import ux
from tests.factories import TODAY

HOSTILE = '<script>alert("x")</script>'


@dataclass
class Someone:
    pk: int
    name: str
    is_active: bool = True


@dataclass
class SomeSecret:
    status: str = "active"
    next_rotation_on: date | None = None
    waived_until: date | None = None


def rendered(text: str, **values: object) -> str:
    now = datetime(2026, 7, 14, 14, 8, tzinfo=UTC)
    return Template("{% load ux %}" + text).render(Context({"today": TODAY, "now": now} | values))


def test_a_name_shows_its_path_and_copies_as_one_word() -> None:
    assert ux.sname("prod/stripe/secret_key") == ('<span class="name"><i>prod/<wbr>stripe/<wbr></i>secret_key</span>')


def test_a_hostile_name_is_text() -> None:
    assert "<script>" not in ux.sname(f"prod/{HOSTILE}/{HOSTILE}")
    assert "<script>" not in ux.who(Someone(1, HOSTILE))
    assert "<script>" not in ux.dated(HOSTILE)
    assert "<script>" not in ux.pill(HOSTILE)


@pytest.mark.parametrize("name", sorted(ICONS))
def test_an_icon_is_passed_over_by_assistive_technology(name: str) -> None:
    assert ux.icon(name).startswith('<svg class="i" viewBox="0 0 16 16" aria-hidden="true">')


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Amara Okafor", "AO"),
        ("Jean van den Berg", "JB"),
        ("Cher", "C"),
        ("李 文", "李文"),
        ("(the) Anna", "A"),
        ("?!", "?"),
        ("", "?"),
    ],
)
def test_initials_are_of_the_first_and_the_last_word(name: str, initials: str) -> None:
    assert ux.initials(name) == initials


def test_a_face_keeps_its_tint() -> None:
    assert ux.face(Someone(7, "Amara Okafor")) == ux.face(Someone(7, "Anna Oh"))
    assert ux.face(Someone(7, "Amara Okafor")) != ux.face(Someone(8, "Amara Okafor"))


def test_nobody_is_named_as_a_gap() -> None:
    assert rendered("{% who None %}") == (
        '<span class="who is-warn"><span class="face face--no" aria-hidden="true">?</span>No owner</span>'
    )


def test_somebody_who_left_is_a_gap_too() -> None:
    assert ", no longer active" in rendered("{% who person %}", person=Someone(1, "Olga", is_active=False))


def test_a_person_can_be_a_link() -> None:
    page = rendered('{% who person href="/people/1/" %}', person=Someone(1, "Olga"))

    assert '<a href="/people/1/"><bdi>Olga</bdi></a>' in page


@pytest.mark.parametrize(
    ("days", "tone", "words"),
    [
        (-1, "due is-bad", "1 day overdue"),
        (0, "due is-warn", "Today"),
        (30, "due is-warn", "in 30 days"),
        (31, "due", "in 4 weeks"),
    ],
)
def test_a_due_date_changes_its_tone_at_its_bounds(days: int, tone: str, words: str) -> None:
    day = TODAY + timedelta(days=days)

    page = rendered("{% due day %}", day=day)

    assert page.startswith(f'<span class="{tone}">')
    assert words in page
    assert page.endswith(f'<time datetime="{day}">{day}</time></span>')


@pytest.mark.parametrize(
    ("secret", "words"),
    [
        (SomeSecret(), "No date"),
        (SomeSecret(status="compromised", next_rotation_on=TODAY + timedelta(days=90)), "Rotate now"),
        (SomeSecret(status="retired"), "Not needed"),
        (SomeSecret(next_rotation_on=TODAY - timedelta(days=3), waived_until=TODAY), "Waived"),
        (
            SomeSecret(next_rotation_on=TODAY - timedelta(days=3), waived_until=TODAY - timedelta(days=1)),
            "3 days overdue",
        ),
    ],
)
def test_the_due_date_of_a_secret_says_how_it_stands(secret: SomeSecret, words: str) -> None:
    assert f"{words}</b>" in rendered("{% due_of secret %}", secret=secret)


@pytest.mark.parametrize(
    ("value", "classes"),
    [
        ("compromised", "pill pill--alarm"),
        ("active", "pill pill--plain"),
        ("overdue", "pill is-bad"),
        ("complete", "pill is-ok"),
        ("retired", "pill"),
    ],
)
def test_a_status_has_one_look_everywhere(value: str, classes: str) -> None:
    assert ux.pill(value).startswith(f'<span class="{classes}">')
    assert ux.pill(value).endswith(f"{value.capitalize()}</span>")


def test_an_instant_is_said_in_words_and_exactly() -> None:
    moment = datetime(2026, 7, 14, 12, 8, tzinfo=UTC)

    assert rendered("{% when moment %}", moment=moment) == (
        '<time datetime="2026-07-14T14:08:00+02:00" title="2026-07-14 14:08">today 14:08</time>'
    )


def test_what_never_happened_is_said_so() -> None:
    assert rendered('{% when None missing="Never used" %}') == '<span class="soft">Never used</span>'
    assert ux.iso(None) == '<span class="soft">None</span>'


def test_dates_within_a_text_are_not_parted() -> None:
    assert ux.dated("Rotated 2026-07-14 & more, 12026-07-14") == (
        'Rotated <time datetime="2026-07-14">2026-07-14</time> &amp; more, 12026-07-14'
    )


def test_unsafe_addresses_are_empty() -> None:
    assert (ux.safe_url("javascript:alert(1)"), ux.tel_url(None), ux.mail_url("x")) == ("", "", "")


def test_a_control_gets_the_look_of_its_kind() -> None:
    class Form(forms.Form):
        note = forms.CharField(widget=forms.TextInput(attrs={"class": "date"}))
        sure = forms.BooleanField()

    form = Form()

    assert 'class="field date"' in ux.widget(form["note"])
    assert "class" not in ux.widget(form["sure"])
