"""Knows on which days the organisation works: Monday to Friday, without the holidays that HOLIDAYS names."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings

from audit import working_days
from contacts.holidays import holidays_of

_DAY = timedelta(days=1)


def is_working_day(day: date) -> bool:
    """Return whether `day` is one from Monday to Friday and no holiday."""
    return working_days.is_working_day(day) and day not in holidays_of(settings.HOLIDAYS, [day.year])


def next_working_day(day: date) -> date:
    """Return `day`, or the first working day after it; raises OverflowError where no calendar holds one."""
    while not is_working_day(day):
        day += _DAY
    return day
