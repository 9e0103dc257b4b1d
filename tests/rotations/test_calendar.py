"""The calendar text: what RFC 5545 asks, what clients trip over, and that nothing hostile gets through."""

import string
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rotations.calendar import Attendee, Entry, calendar_bytes, event_bytes
from tests.rotations.strict_calendar import content_lines, parse

GOLDEN = Path(__file__).parent / "golden" / "calendar.ics"
REVISED = datetime(2026, 7, 1, 9, 30, tzinfo=UTC)
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=120) | st.text(
    st.sampled_from('\\Nn;,:"^\r\n\t\0\x0b\x1b\x7f\x85\u2028\u2029\ud800\udfff\u202e🇳🇴é ' + string.ascii_letters),
    max_size=200,
)


def entry(**changes) -> Entry:
    facts = {
        "uid": "00000000-0000-4000-8000-000000000001@register",
        "kind": "Planning",
        "start": date(2026, 7, 14),
        "end": date(2026, 7, 15),
        "summary": "Plan the rotation",
        "revised_at": REVISED,
    }
    return Entry(**(facts | changes))


def timed(**changes) -> Entry:
    start = datetime(2026, 7, 14, 10, tzinfo=ZoneInfo("Europe/Berlin"))
    return entry(**({"start": start, "end": start + timedelta(hours=2), "kind": "Rotation"} | changes))


def only_event(made: Entry) -> dict[str, str]:
    _, [event] = parse(calendar_bytes(name="Mine", entries=[made]))
    return event


def test_feed_is_the_golden_file_to_the_byte():
    people = (Attendee("Amara Okafor", "amara@example.org"), Attendee('Bo "B" Lind; Ops', "bo@example.org"))
    entries = [
        entry(description="Plan, then\ntell; everybody\\all", url="https://register.example/rotations/1/"),
        timed(uid="2@register", sequence=3, attendees=people, summary="Northwind Secrets Rotation - Prøduction 🔑" * 3),
        entry(uid="3@register", start=date(2026, 12, 31), end=date(2027, 1, 1), is_cancelled=True),
    ]

    feed = calendar_bytes(name="Secrets: mine, all", entries=entries, about="What is due")

    parse(feed)
    assert feed == GOLDEN.read_bytes()


def test_all_day_entry_takes_days_and_blocks_no_time():
    event = only_event(entry())

    assert event["DTSTART;VALUE=DATE"] == "20260714"
    assert event["DTEND;VALUE=DATE"] == "20260715"
    assert event["TRANSP"] == "TRANSPARENT"


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ((2026, 7, 14, 10, 0), "20260714T080000Z"),
        ((2026, 1, 14, 10, 0), "20260114T090000Z"),
        ((2026, 3, 29, 1, 59), "20260329T005900Z"),
        ((2026, 3, 29, 3, 0), "20260329T010000Z"),
        ((2026, 10, 25, 3, 0), "20261025T020000Z"),
        ((2027, 1, 1, 0, 30), "20261231T233000Z"),
    ],
)
def test_timed_entry_is_in_utc_whatever_the_season(local, utc):
    start = datetime(*local, tzinfo=ZoneInfo("Europe/Berlin"))

    event = only_event(timed(start=start, end=start + timedelta(hours=2)))

    assert event["DTSTART"] == utc
    assert event["TRANSP"] == "OPAQUE"


def test_feed_has_no_method_no_time_zone_and_says_how_often_to_look():
    feed = calendar_bytes(name="Mine", entries=[timed()])

    head = content_lines(feed)[: content_lines(feed).index("BEGIN:VEVENT")]
    assert head == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Secrets Index//Calendar feed//EN",
        "CALSCALE:GREGORIAN",
        "NAME:Mine",
        "X-WR-CALNAME:Mine",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
    ]
    assert b"VTIMEZONE" not in feed


def test_stamp_is_the_last_revision_and_not_now():
    event = only_event(entry(revised_at=datetime(2025, 2, 28, 23, 59, 59, 999_999, tzinfo=UTC), sequence=7))

    assert (event["DTSTAMP"], event["LAST-MODIFIED"]) == ("20250228T235959Z", "20250228T235959Z")
    assert event["SEQUENCE"] == "7"


def test_cancelled_entry_says_so_and_blocks_no_time():
    event = only_event(timed(is_cancelled=True))

    assert (event["STATUS"], event["TRANSP"]) == ("CANCELLED", "TRANSPARENT")


def test_attendee_cannot_smuggle_mail_headers():
    event = only_event(timed(attendees=(Attendee("A", "a?bcc=eve@example.org"), Attendee("B", "b+c@example.org"))))

    assert event["ATTENDEE"] == (
        ";CN=A;ROLE=REQ-PARTICIPANT mailto:a%3Fbcc%3Deve@example.org\n;CN=B;ROLE=REQ-PARTICIPANT mailto:b+c@example.org"
    )


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://host/", "data:text/html,x", "", "//host/path"])
def test_address_that_no_browser_should_open_is_left_out(url):
    assert "URL" not in only_event(entry(url=url))


def test_address_is_ascii_on_one_line():
    event = only_event(entry(url="https://register.example/prod/\r\nX-EVIL:1/é \x00\ud800"))

    assert event["URL"] == "https://register.example/prod/%20X-EVIL:1/%C3%A9"


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("a\r\nb\rc\nd\u2028e\x85f", "a\nb\nc\nd\ne\nf"),
        ("NUL\0 VT\x0b ESC\x1b DEL\x7f", "NUL VT\n ESC DEL"),
        ("half \ud83d of a pair", "half  of a pair"),
        (r"C:\New\n", r"C:\New\n"),
        ("a;b,c\\d", "a;b,c\\d"),
        ("\u202eright to left\tand tab", "\u202eright to left\tand tab"),
        ("👩🏽‍🔬 🇳🇴 עברית", "👩🏽‍🔬 🇳🇴 עברית"),
    ],
)
def test_text_arrives_without_what_is_no_text(given_text, shown):
    assert only_event(entry(description=given_text))["DESCRIPTION"] == shown


@settings(max_examples=300, deadline=None)
@given(
    texts=st.tuples(ANY_TEXT, ANY_TEXT, ANY_TEXT, ANY_TEXT),
    name=ANY_TEXT,
    email=ANY_TEXT,
    attendee=ANY_TEXT,
    is_timed=st.booleans(),
)
def test_feed_parses_strictly_whatever_people_wrote(texts, name, email, attendee, is_timed):
    summary, description, url, kind = texts
    make = timed if is_timed else entry
    hostile = make(
        summary=summary,
        description=description,
        url="https://" + url,
        kind=kind,
        attendees=(Attendee(attendee, email),),
    )

    _, events = parse(calendar_bytes(name="Feed " + name, entries=[hostile, entry(uid="plain")], about=description))

    assert "plain" in [event["UID"] for event in events]


@settings(max_examples=200, deadline=None)
@given(text=st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=300))
def test_no_letter_of_a_clean_text_is_lost(text):
    clean = "".join(mark for mark in text if not 0xFDD0 <= ord(mark) <= 0xFDEF and mark not in "\ufffe\uffff")

    assert only_event(entry(description="-" + clean))["DESCRIPTION"] == "-" + clean


@pytest.mark.parametrize(
    "bad",
    [
        {"start": datetime(2026, 1, 1), "end": datetime(2026, 1, 2)},
        {"start": date(2026, 1, 2), "end": date(2026, 1, 2)},
        {"start": None},
        {"summary": None},
        {"revised_at": datetime(2026, 1, 1)},
        {"sequence": "three"},
        {"attendees": (Attendee(None, "a@example.org"),)},
    ],
)
def test_one_bad_entry_is_left_out_and_the_others_stay(bad, caplog):
    made = entry(**({"uid": "bad@register", "summary": "private words"} | bad))

    assert event_bytes(made) == b""
    assert "bad@register" in caplog.text
    assert "private words" not in caplog.text


def test_bad_start_does_not_stop_the_sorting():
    _, events = parse(calendar_bytes(name="Mine", entries=[entry(uid="bad", start=None), entry(uid="good")]))

    assert [event["UID"] for event in events] == ["good"]


def test_entries_stand_in_order_of_start_whatever_order_they_came_in():
    entries = [timed(uid="b"), entry(uid="c", start=date(2026, 1, 1), end=date(2026, 1, 2)), entry(uid="a")]

    feeds = {calendar_bytes(name="Mine", entries=order) for order in (entries, entries[::-1])}

    [feed] = feeds
    assert [event["UID"] for event in parse(feed)[1]] == ["c", "a", "b"]


def test_of_two_entries_with_one_uid_the_first_is_kept():
    _, events = parse(calendar_bytes(name="Mine", entries=[entry(summary="First"), entry(summary="Second")]))

    assert [event["SUMMARY"] for event in events] == ["First"]


def test_bytes_are_kept_until_the_entry_changes():
    event_bytes.cache_clear()

    first, again, changed = (event_bytes(entry(summary=words)) for words in ("One", "One", "Two"))

    assert (first is again, b"SUMMARY:Two" in changed) == (True, True)
    assert event_bytes.cache_info().hits == 1


def test_module_does_not_load_the_library_until_a_feed_is_built():
    code = "import rotations.calendar, sys; print('icalendar' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"
