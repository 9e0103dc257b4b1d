"""Reads a calendar with libical and prints its events; run by the Python of the system, which has its bindings."""

import json
import sys
from pathlib import Path

import gi

gi.require_version("ICalGLib", "3.0")
from gi.repository import ICalGLib  # noqa: E402

calendar = ICalGLib.Component.new_from_string(Path(sys.argv[1]).read_text())
if calendar is None or calendar.count_errors():
    sys.exit(f"libical found {calendar.count_errors() if calendar else 'no calendar'}")
status = {ICalGLib.PropertyStatus.TENTATIVE: "TENTATIVE", ICalGLib.PropertyStatus.CANCELLED: "CANCELLED"}
events = []
part = calendar.get_first_component(ICalGLib.ComponentKind.VEVENT_COMPONENT)
while part is not None:
    events.append(
        {
            "uid": part.get_uid(),
            "summary": part.get_summary(),
            "start": part.get_dtstart().as_ical_string(),
            "status": status.get(part.get_status(), "CONFIRMED"),
            "alarms": part.count_components(ICalGLib.ComponentKind.VALARM_COMPONENT),
        }
    )
    part = calendar.get_next_component(ICalGLib.ComponentKind.VEVENT_COMPONENT)
print(json.dumps(events))
