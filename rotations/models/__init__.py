"""When secrets must change and what was done, and the calendars and reminders that tell people of it."""

from rotations.models.calendars import Agenda, AgendaLine, CalendarFeed, CalendarVersion
from rotations.models.freezes import FreezePeriod
from rotations.models.invitations import Invitation
from rotations.models.messages import Reminder, ReminderGap, ReminderMessage, ReminderRun
from rotations.models.reminders import Acknowledgement, ReminderOffset, ReminderRung
from rotations.models.rotation import Rotation, RotationItem
from rotations.models.tasks import ChecklistStep, RotationNote, RotationTask

__all__ = [
    "Acknowledgement",
    "Agenda",
    "AgendaLine",
    "CalendarFeed",
    "CalendarVersion",
    "ChecklistStep",
    "FreezePeriod",
    "Invitation",
    "Reminder",
    "ReminderGap",
    "ReminderMessage",
    "ReminderOffset",
    "ReminderRun",
    "ReminderRung",
    "Rotation",
    "RotationItem",
    "RotationNote",
    "RotationTask",
]
