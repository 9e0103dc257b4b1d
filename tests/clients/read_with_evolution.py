"""Subscribes with Evolution Data Server, or looks again, and prints what it holds; run in a message bus of its own."""

import json
import sys
import time

import gi

gi.require_version("ECal", "2.0")
gi.require_version("EDataServer", "1.2")
gi.require_version("ICalGLib", "3.0")
from gi.repository import ECal, EDataServer, GLib, ICalGLib  # noqa: E402

NAME = "register-feed"
registry = EDataServer.SourceRegistry.new_sync(None)
source = registry.ref_source(NAME)
if source is None:
    source = EDataServer.Source.new_with_uid(NAME, None)
    source.set_display_name("Register")
    source.set_parent("webcal-stub")
    source.get_extension("Calendar").set_backend_name("webcal")
    web = source.get_extension(EDataServer.SOURCE_EXTENSION_WEBDAV_BACKEND)
    web.set_uri(GLib.Uri.parse(sys.argv[1], GLib.UriFlags.NONE))
    source.get_extension(EDataServer.SOURCE_EXTENSION_OFFLINE).set_stay_synchronized(True)
    registry.commit_source_sync(source, None)
    for _ in range(50):
        source = registry.ref_source(NAME)
        if source is not None:
            break
        time.sleep(0.2)
client = ECal.Client.connect_sync(source, ECal.ClientSourceType.EVENTS, 30, None)
client.refresh_sync(None)
time.sleep(4)
_, parts = client.get_object_list_sync("#t", None)
status = {ICalGLib.PropertyStatus.TENTATIVE: "TENTATIVE", ICalGLib.PropertyStatus.CANCELLED: "CANCELLED"}
events = [
    {
        "uid": part.get_uid(),
        "summary": part.get_summary(),
        "start": part.get_dtstart().as_ical_string(),
        "status": status.get(part.get_status(), "CONFIRMED"),
        "alarms": part.count_components(ICalGLib.ComponentKind.VALARM_COMPONENT),
    }
    for part in parts
]
print(json.dumps(events))
