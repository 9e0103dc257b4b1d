"""Gives Evolution Data Server the calendar parts of mails, as Evolution does, and prints what it holds after each."""

import json
import sys
import time
from pathlib import Path

import gi

gi.require_version("ECal", "2.0")
gi.require_version("EDataServer", "1.2")
gi.require_version("ICalGLib", "3.0")
from gi.repository import ECal, EDataServer, ICalGLib  # noqa: E402

registry = EDataServer.SourceRegistry.new_sync(None)
client = ECal.Client.connect_sync(registry.ref_builtin_calendar(), ECal.ClientSourceType.EVENTS, 30, None)
status = {ICalGLib.PropertyStatus.TENTATIVE: "TENTATIVE", ICalGLib.PropertyStatus.CANCELLED: "CANCELLED"}
after = []
for name in sys.argv[1:]:
    part = ICalGLib.Component.new_from_string(Path(name).read_text(encoding="utf-8"))
    client.receive_objects_sync(part, ECal.OperationFlags.NONE, None)
    time.sleep(1)
    _, events = client.get_object_list_sync("#t", None)
    after.append(
        [
            {
                "uid": event.get_uid(),
                "summary": event.get_summary(),
                "start": event.get_dtstart().as_ical_string(),
                "status": status.get(event.get_status(), "CONFIRMED"),
                "alarms": event.count_components(ICalGLib.ComponentKind.VALARM_COMPONENT),
            }
            for event in events
        ]
    )
print(json.dumps(after))
