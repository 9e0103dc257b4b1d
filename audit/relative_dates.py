"""Says dates and instants in words, as people compare them with today. Knows no clock and nothing of secrets."""

from __future__ import annotations

from datetime import date, datetime

DUE_SOON_DAYS = 30
_DAYS_PER_WEEK = 7
_DAYS_PER_MONTH = 30.4
_MOST_WEEKS = 13


def until(day: date, today: date) -> str:
    """Return how far ahead `day` is, such as "Tomorrow" or "in 8 weeks"; a day that has passed is overdue by days."""
    days = (day - today).days
    if days < 0:
        return f"{counted(-days, 'day')} overdue"
    return {0: "Today", 1: "Tomorrow"}.get(days) or f"in {_span(days)}"


def since(day: date, today: date) -> str:
    """Return how long ago `day` was, such as "yesterday" or "10 weeks ago"; a day to come is named as one."""
    days = (today - day).days
    if days < 0:
        return "tomorrow" if days == -1 else f"in {_span(-days)}"
    return {0: "today", 1: "yesterday"}.get(days) or f"{_span(days)} ago"


def past_day(day: date, today: date) -> str:
    """Return "today", "yesterday" or the ISO date and how long ago it was."""
    words = since(day, today)
    return words if -1 <= (day - today).days <= 0 else f"{day.isoformat()}, {words}"


def past_instant(moment: datetime, now: datetime) -> str:
    """Return when something happened, both instants being in the same time zone.

    Minutes within the last hour, the time of day for today and yesterday, else the date and how long ago.
    """
    minutes = int((now - moment).total_seconds() // 60)
    if 0 <= minutes < 60:
        return f"{counted(minutes, 'minute')} ago" if minutes else "just now"
    days = (now.date() - moment.date()).days
    if days in (0, 1):
        return f"{'yesterday' if days else 'today'} {moment:%H:%M}"
    return past_day(moment.date(), now.date())


def counted(number: int, noun: str, several: str = "") -> str:
    """Return the number with its noun: "1 day", "2 days"."""
    return f"{number} {noun}" if number == 1 else f"{number} {several or noun + 's'}"


def _span(days: int) -> str:
    """Return days to 30, then weeks to 13, then months."""
    if days <= DUE_SOON_DAYS:
        return counted(days, "day")
    weeks = round(days / _DAYS_PER_WEEK)
    if weeks <= _MOST_WEEKS:
        return counted(weeks, "week")
    return counted(round(days / _DAYS_PER_MONTH), "month")
