// Gives Thunderbird the calendar part of a mail, as its bar above the mail does, accepts it, and tells what it holds.
const [key, text, done] = arguments;
(async () => {
  const { cal } = ChromeUtils.importESModule("resource:///modules/calendar/calUtils.sys.mjs");
  const calendar = cal.manager.getCalendarById(key);
  const item = Cc["@mozilla.org/calendar/itip-item;1"].createInstance(Ci.calIItipItem);
  item.init(text);
  item.receivedMethod = item.responseMethod = /^METHOD:(\w+)/m.exec(text)[1];
  item.autoResponse = Ci.calIItipItem.NONE;
  item.identity = "guest@example.org";
  item.targetCalendar = calendar;
  const offered = await new Promise((resolve) => {
    cal.itip.processItipItem(item, (_, status, action) => {
      resolve(action ? action.method : "nothing");
      if (action) action({ onOperationComplete() {} }, "ACCEPTED", { responseMode: Ci.calIItipItem.NONE });
    });
  });
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const events = await calendar.getItemsAsArray(Ci.calICalendar.ITEM_FILTER_ALL_ITEMS, 0, null, null);
  done({
    offered,
    events: events.map((event) => ({
      uid: event.id,
      summary: event.title,
      start: event.startDate.icalString,
      status: event.status,
      alarms: event.getAlarms().length,
    })),
  });
})().catch((error) => done({ offered: `failed: ${error}`, events: [] }));
