// Reads a calendar with ical.js and prints its events; a line it cannot read ends it.
import fs from "node:fs";
import ICAL from "ical.js";

const calendar = new ICAL.Component(ICAL.parse(fs.readFileSync(process.argv[2], "utf8")));
const events = calendar.getAllSubcomponents("vevent").map((part) => {
  const event = new ICAL.Event(part);
  return {
    uid: event.uid,
    summary: event.summary,
    start: event.startDate.toString(),
    status: part.getFirstPropertyValue("status"),
    alarms: part.getAllSubcomponents("valarm").length,
  };
});
console.log(JSON.stringify(events));
