"""The register writes events itself, for speed: they are the library's to the byte."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rotations.calendar import Alarm, Attendee, Entry, event_bytes
from rotations.calendar_text import folded
from tests.rotations.library_calendar import library_bytes
from tests.rotations.strict_calendar import content_lines
from tests.rotations.test_calendar import ANY_TEXT

ENCODED = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)
INSTANTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))
SPANS = st.one_of(
    st.tuples(st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.integers(1, 3).map(lambda days: timedelta(days=days))),
    st.tuples(INSTANTS, st.integers(1, 9999).map(lambda minutes: timedelta(minutes=minutes))),
)
ENTRIES = st.builds(
    lambda span, **facts: Entry(start=span[0], end=span[0] + span[1], **facts),
    span=SPANS,
    uid=ANY_TEXT,
    kind=ANY_TEXT,
    summary=ANY_TEXT | st.text(max_size=200),
    description=ANY_TEXT | st.text(max_size=600),
    url=st.just("") | ENCODED.map(lambda rest: "https://register.example/" + rest),
    revised_at=INSTANTS,
    attendees=st.lists(st.builds(Attendee, ENCODED, ENCODED), max_size=2).map(tuple),
    alarms=st.lists(st.builds(Alarm, st.integers(-400, 400).filter(bool), ANY_TEXT), max_size=2).map(tuple),
    sequence=st.integers(0, 2**31 - 1),
    is_cancelled=st.booleans(),
    is_tentative=st.booleans(),
)


@settings(max_examples=150, deadline=None)
@given(entry=ENTRIES)
def test_events_are_the_librarys_to_the_byte(entry):
    event_bytes.cache_clear()

    assert event_bytes(entry) == library_bytes(entry)


@settings(max_examples=100, deadline=None)
@given(text=st.text(st.sampled_from("ab\\^é🇳👩\u202e;,"), max_size=400))
def test_folding_loses_nothing_and_no_line_is_too_long(text):
    [line] = content_lines(folded("X:" + text))

    assert line == "X:" + text


@pytest.mark.parametrize("sequence", [-1, 2**31, "three", None, 1.5])
def test_what_is_no_sequence_is_left_out(sequence, caplog):
    moment = datetime(2026, 7, 14, tzinfo=UTC)
    entry = Entry(
        uid="1", kind="", start=moment, end=moment + timedelta(1), summary="", revised_at=moment, sequence=sequence
    )

    assert event_bytes(entry) == b""
