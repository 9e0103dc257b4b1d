"""When secrets must change and what was done, and the calendars and reminders that tell people of it."""

from rotations.models.calendars import Agenda, AgendaLine, CalendarFeed, CalendarVersion
from rotations.models.freezes import FreezePeriod
from rotations.models.reminders import ReminderOffset
from rotations.models.rotation import Rotation, RotationItem
from rotations.models.tasks import ChecklistStep, RotationNote, RotationTask

__all__ = [
    "Agenda",
    "AgendaLine",
    "CalendarFeed",
    "CalendarVersion",
    "ChecklistStep",
    "FreezePeriod",
    "ReminderOffset",
    "Rotation",
    "RotationItem",
    "RotationNote",
    "RotationTask",
]
