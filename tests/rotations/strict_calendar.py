"""Reads a feed as strictly as RFC 5545 is written, where libraries look away."""

import re
from collections import Counter

import icalendar

LINE = re.compile(
    r"(?P<name>[A-Z][A-Z0-9-]*)"
    r'(?P<params>(?:;[A-Z-]+=(?:"[^"\x00-\x08\x0a-\x1f\x7f]*"|[^";:,\x00-\x08\x0a-\x1f\x7f]*))*)'
    r":(?P<value>.*)",
    re.DOTALL,
)
TEXTS = {"SUMMARY", "DESCRIPTION", "CATEGORIES", "NAME", "X-WR-CALNAME", "X-WR-CALDESC", "UID", "PRODID"}
TEXT = re.compile(r"(?:[^\\;,]|\\[\\;,n])*")
INSTANT, DAY = re.compile(r"\d{8}T\d{6}Z"), re.compile(r"\d{8}")
ONCE = {"UID", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY", "STATUS", "TRANSP", "CATEGORIES"}
AT_MOST_ONCE = {"DESCRIPTION", "URL"}
HEAD = {"VERSION", "PRODID", "CALSCALE", "NAME", "X-WR-CALNAME", "REFRESH-INTERVAL", "X-PUBLISHED-TTL"}


# Where each part may begin.
WITHIN = {"VCALENDAR": [], "VEVENT": ["VCALENDAR"], "VALARM": ["VCALENDAR", "VEVENT"]}


def content_lines(feed: bytes) -> list[str]:
    """Return the unfolded lines, having looked at every physical line."""
    assert feed.endswith(b"\r\n")
    physical = feed[:-2].split(b"\r\n")
    for line in physical:
        assert not set(line) & {*range(9), *range(10, 32), 127}, line
        assert 0 < len(line) <= 75, line
        line.decode("utf-8")  # no fold inside a character
    assert not physical[0].startswith(b" ")
    return feed[:-2].decode("utf-8").replace("\r\n ", "").split("\r\n")


def unescaped(text: str) -> str:
    assert TEXT.fullmatch(text), text
    return re.sub(r"\\(.)", lambda match: "\n" if match[1] == "n" else match[1], text)


def parse(feed: bytes) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Return the calendar's own properties and one dictionary per event; its attendees, and its alarms, are joined.

    Parameters stand behind the name: `DTSTART;VALUE=DATE`.
    """
    calendar: dict[str, str] = {}
    events: list[dict[str, str]] = []
    open_parts: list[str] = []
    for line in content_lines(feed):
        match = LINE.fullmatch(line)
        assert match, line
        name, params, value = match["name"], match["params"], match["value"]
        if name == "BEGIN":
            assert open_parts == WITHIN[value], line
            open_parts.append(value)
            if value == "VEVENT":
                events.append({})
            alarm = {}
            continue
        if name == "END":
            assert open_parts.pop() == value
            if value == "VALARM":
                _check_alarm(events[-1], alarm)
            continue
        value = unescaped(value) if name in TEXTS else value
        part = alarm if open_parts[-1] == "VALARM" else calendar if open_parts == ["VCALENDAR"] else events[-1]
        _put(part, name, params, value)
    assert open_parts == []
    _check(feed, calendar, events)
    return calendar, events


def _put(part: dict[str, str], name: str, params: str, value: str) -> None:
    if name == "ATTENDEE":
        part[name] = "\n".join(filter(None, [part.get(name), f"{params} {value}"]))
        return
    assert name + params not in part, name
    part[name + params] = value


def _check_alarm(event: dict[str, str], alarm: dict[str, str]) -> None:
    assert set(alarm) == {"ACTION", "DESCRIPTION", "TRIGGER"}
    assert alarm["ACTION"] == "DISPLAY"
    assert re.fullmatch(r"-?P[1-9]\d*D", alarm["TRIGGER"])
    assert alarm["DESCRIPTION"]
    line = f"{alarm['TRIGGER']} {alarm['DESCRIPTION']}"
    event["ALARMS"] = "\n".join(filter(None, [event.get("ALARMS"), line]))


def _check(feed: bytes, calendar: dict[str, str], events: list[dict[str, str]]) -> None:
    assert events
    assert calendar["VERSION"] == "2.0"
    names = {name.partition(";")[0] for name in calendar}
    assert names - {"DESCRIPTION", "X-WR-CALDESC"} == HEAD
    assert calendar["REFRESH-INTERVAL;VALUE=DURATION"]
    for event in events:
        names = Counter(name.partition(";")[0] for name in event)
        assert {name for name in names if name in ONCE} == ONCE
        assert set(names) <= ONCE | AT_MOST_ONCE | {"ATTENDEE", "ALARMS"}
        assert event["STATUS"] in {"CONFIRMED", "TENTATIVE", "CANCELLED"}
        _check_times(event)
        assert not re.search(r"[^\x21-\x7e]", event.get("URL", ""))
    assert max(Counter(event["UID"] for event in events).values()) == 1
    parsed = icalendar.Calendar.from_ical(feed)
    assert len(parsed.events) == len(events)
    assert not any(component.errors for component in parsed.walk())


def _check_times(event: dict[str, str]) -> None:
    all_day = "DTSTART;VALUE=DATE" in event
    assert ("DTEND;VALUE=DATE" in event) == all_day
    start, end = (event[name + ";VALUE=DATE" * all_day] for name in ("DTSTART", "DTEND"))
    assert (DAY if all_day else INSTANT).fullmatch(start)
    assert (DAY if all_day else INSTANT).fullmatch(end)
    assert start < end
    assert event["TRANSP"] == "TRANSPARENT" or not all_day
    assert INSTANT.fullmatch(event["DTSTAMP"])
    assert event["DTSTAMP"] == event["LAST-MODIFIED"]
    assert event["SEQUENCE"].isdecimal()
