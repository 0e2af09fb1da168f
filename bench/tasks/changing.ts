import { later, meetingsOf, type Task } from './task.ts';

/** Tasks that change something, each on what the ones before it left. */
export const changing: readonly Task[] = [
  {
    name: 'first free time',
    sentence: 'Book Ada Lovelace (ada@example.com) for half an hour at my first free time on Friday.',
    async calls({ turn }) {
      const [found] = await turn(['assistant.find_time', { event_type: '30min', when: 'friday', limit: 1 }]);
      const start = (found as { slots: readonly { start: string }[] }).slots[0]?.start;
      await turn(['cal.create_booking', { event_type_slug: '30min', start, attendee: { name: 'Ada Lovelace', email: 'ada@example.com' } }]);
      return start;
    },
    search: ['find time', 'create booking'],
    script: `
local slot = app.integrations.assistant.find_time({ event_type = "30min", when = "friday", limit = 1 }).slots[1].start
app.integrations.cal.create_booking({ event_type_slug = "30min", start = slot, attendee = { name = "Ada Lovelace", email = "ada@example.com" } })
return slot`,
    answer: '2030-01-11T08:00:00.000Z',
    changes: ['+ 2030-01-11 09:00, 30 min, Ada Lovelace, accepted'],
  },
  {
    name: 'move a whole day',
    sentence: "Move all of Tuesday's meetings an hour later.",
    async calls({ turn }) {
      const [day] = await turn(['cal.list_bookings', { status: ['upcoming'], after_start: '2030-01-08', before_end: '2030-01-08' }]);
      const lastFirst = meetingsOf(day).toSorted((one, other) => (one.start > other.start ? -1 : 1));
      await turn(...lastFirst.map(({ uid, start }) => ['cal.reschedule_booking', { booking_uid: uid, start: later(start, 60) }] as const));
      return lastFirst.length;
    },
    search: ['list bookings', 'reschedule booking'],
    needsLuaPage: true,
    script: `
local day = app.integrations.cal.list_bookings({ status = { "upcoming" }, after_start = "2030-01-08", before_end = "2030-01-08" }).bookings
table.sort(day, function(a, b) return a.start > b.start end)
for _, b in ipairs(day) do
  app.integrations.cal.reschedule_booking({ booking_uid = b.uid, start = time.add(b.start, { hours = 1 }) })
end
return #day`,
    answer: 5,
    changes: [
      '- 2030-01-08 09:00, 30 min, Ada Lovelace, accepted',
      '+ 2030-01-08 09:00, 30 min, Ada Lovelace, cancelled',
      '+ 2030-01-08 10:00, 30 min, Ada Lovelace, accepted',
      '- 2030-01-08 10:00, 30 min, Ben Berg, accepted',
      '+ 2030-01-08 10:00, 30 min, Ben Berg, cancelled',
      '+ 2030-01-08 11:00, 30 min, Ben Berg, accepted',
      '- 2030-01-08 11:00, 60 min, Cleo Cruz, accepted',
      '+ 2030-01-08 11:00, 60 min, Cleo Cruz, cancelled',
      '+ 2030-01-08 12:00, 60 min, Cleo Cruz, accepted',
      '- 2030-01-08 13:00, 30 min, Dan Diaz, accepted',
      '+ 2030-01-08 13:00, 30 min, Dan Diaz, cancelled',
      '+ 2030-01-08 14:00, 30 min, Dan Diaz, accepted',
      '- 2030-01-08 15:00, 60 min, Eve Ekman, accepted',
      '+ 2030-01-08 15:00, 60 min, Eve Ekman, cancelled',
      '+ 2030-01-08 16:00, 60 min, Eve Ekman, accepted',
    ],
  },
  {
    name: 'cancel somebody',
    sentence: 'Cancel everything with dana@acme.example next week: I am travelling.',
    async calls({ turn }) {
      const query = { status: ['upcoming'], attendee_email: 'dana@acme.example', after_start: '2030-01-14', before_end: '2030-01-20' };
      const [found] = await turn(['cal.list_bookings', query]);
      const all = meetingsOf(found);
      await turn(...all.map(({ uid }) => ['cal.cancel_booking', { booking_uid: uid, reason: 'I am travelling.' }] as const));
      return all.length;
    },
    search: ['list bookings', 'cancel booking'],
    script: `
local found = app.integrations.cal.list_bookings({ status = { "upcoming" }, attendee_email = "dana@acme.example", after_start = "2030-01-14", before_end = "2030-01-20" }).bookings
for _, b in ipairs(found) do
  app.integrations.cal.cancel_booking({ booking_uid = b.uid, reason = "I am travelling." })
end
return #found`,
    answer: 3,
    changes: [
      '- 2030-01-14 09:00, 30 min, Dana Doyle, accepted',
      '+ 2030-01-14 09:00, 30 min, Dana Doyle, cancelled, I am travelling.',
      '- 2030-01-15 11:00, 60 min, Dana Doyle, accepted',
      '+ 2030-01-15 11:00, 60 min, Dana Doyle, cancelled, I am travelling.',
      '- 2030-01-17 16:00, 30 min, Dana Doyle, accepted',
      '+ 2030-01-17 16:00, 30 min, Dana Doyle, cancelled, I am travelling.',
    ],
  },
  {
    name: 'a guest in a series',
    sentence: 'Invite mia@northwind.example to every remaining weekly sync with nora@northwind.example.',
    async calls({ turn }) {
      const [found] = await turn(
        ['cal.list_bookings', { status: ['upcoming'], attendee_email: 'nora@northwind.example' }],
        ['search_tools', { query: 'add guests' }],
      );
      const all = meetingsOf(found);
      await turn(...all.map(({ uid }) => ['cal.add_guests', { booking_uid: uid, guests: ['mia@northwind.example'] }] as const));
      return all.length;
    },
    search: ['list bookings', 'add guests'],
    script: `
local found = app.integrations.cal.list_bookings({ status = { "upcoming" }, attendee_email = "nora@northwind.example" }).bookings
for _, b in ipairs(found) do
  app.integrations.cal.add_guests({ booking_uid = b.uid, guests = { "mia@northwind.example" } })
end
return #found`,
    answer: 5,
    changes: [
      '+ 2030-01-10 14:00, 30 min, Nora North and mia@northwind.example, accepted',
      '- 2030-01-10 14:00, 30 min, Nora North, accepted',
      '+ 2030-01-17 14:00, 30 min, Nora North and mia@northwind.example, accepted',
      '- 2030-01-17 14:00, 30 min, Nora North, accepted',
      '+ 2030-01-24 14:00, 30 min, Nora North and mia@northwind.example, accepted',
      '- 2030-01-24 14:00, 30 min, Nora North, accepted',
      '+ 2030-01-31 14:00, 30 min, Nora North and mia@northwind.example, accepted',
      '- 2030-01-31 14:00, 30 min, Nora North, accepted',
      '+ 2030-02-07 14:00, 30 min, Nora North and mia@northwind.example, accepted',
      '- 2030-02-07 14:00, 30 min, Nora North, accepted',
    ],
  },
  {
    name: 'answer requests',
    sentence: 'Confirm the requests that wait for mornings, and decline the others: I keep my afternoons free.',
    async calls({ turn }) {
      const [found] = await turn(
        ['cal.list_bookings', { status: ['unconfirmed'] }],
        ['search_tools', { query: 'confirm or decline booking' }],
      );
      const all = meetingsOf(found);
      const isMorning = ({ start }: { readonly start: string }) => later(start, 60).slice(11, 13) < '12';
      await turn(
        ...all.map((meeting) =>
          isMorning(meeting)
            ? (['cal.confirm_booking', { booking_uid: meeting.uid }] as const)
            : (['cal.decline_booking', { booking_uid: meeting.uid, reason: 'I keep my afternoons free.' }] as const),
        ),
      );
      return { confirmed: all.filter(isMorning).length, declined: all.filter((meeting) => !isMorning(meeting)).length };
    },
    search: ['list bookings', 'confirm or decline booking'],
    needsLuaPage: true,
    script: `
local done = { confirmed = 0, declined = 0 }
for _, b in ipairs(app.integrations.cal.list_bookings({ status = { "unconfirmed" } }).bookings) do
  if time.parts(b.start).hour < 12 then
    app.integrations.cal.confirm_booking({ booking_uid = b.uid })
    done.confirmed = done.confirmed + 1
  else
    app.integrations.cal.decline_booking({ booking_uid = b.uid, reason = "I keep my afternoons free." })
    done.declined = done.declined + 1
  end
end
return done`,
    answer: { confirmed: 2, declined: 2 },
    changes: [
      '+ 2030-01-10 09:00, 30 min, Yan Young, accepted',
      '- 2030-01-10 09:00, 30 min, Yan Young, pending',
      '- 2030-01-10 13:30, 30 min, Zoe Zahn, pending',
      '+ 2030-01-10 13:30, 30 min, Zoe Zahn, rejected, I keep my afternoons free.',
      '+ 2030-01-16 09:00, 30 min, Alf Aas, accepted',
      '- 2030-01-16 09:00, 30 min, Alf Aas, pending',
      '- 2030-01-16 15:00, 30 min, Bea Bloom, pending',
      '+ 2030-01-16 15:00, 30 min, Bea Bloom, rejected, I keep my afternoons free.',
    ],
  },
  {
    name: 'away for days',
    sentence:
      'I am away from the 22nd to the 24th of January: block those days, and ask everybody I was to meet then to choose another time.',
    async calls({ turn }) {
      const [found] = await turn(
        ['cal.list_bookings', { status: ['upcoming'], after_start: '2030-01-22', before_end: '2030-01-24' }],
        ['search_tools', { query: 'out of office' }],
        ['search_tools', { query: 'request reschedule' }],
      );
      const all = meetingsOf(found);
      await turn(
        ['cal.create_out_of_office', { start: '2030-01-22', end: '2030-01-24' }],
        ...all.map(({ uid }) => ['cal.request_reschedule', { booking_uid: uid, reason: 'I am away.' }] as const),
      );
      return all.length;
    },
    search: ['list bookings', 'create out of office', 'request reschedule'],
    script: `
local found = app.integrations.cal.list_bookings({ status = { "upcoming" }, after_start = "2030-01-22", before_end = "2030-01-24" }).bookings
app.integrations.cal.create_out_of_office({ start = "2030-01-22", ["end"] = "2030-01-24" })
for _, b in ipairs(found) do
  app.integrations.cal.request_reschedule({ booking_uid = b.uid, reason = "I am away." })
end
return #found`,
    answer: 4,
    changes: [
      '- 2030-01-22 10:00, 30 min, Vic Vance, accepted',
      '+ 2030-01-22 10:00, 30 min, Vic Vance, cancelled, I am away.',
      '- 2030-01-23 14:00, 60 min, Wes Ward, accepted',
      '+ 2030-01-23 14:00, 60 min, Wes Ward, cancelled, I am away.',
      '- 2030-01-24 09:00, 30 min, Xia Xu, accepted',
      '+ 2030-01-24 09:00, 30 min, Xia Xu, cancelled, I am away.',
      '- 2030-01-24 14:00, 30 min, Nora North and mia@northwind.example, accepted',
      '+ 2030-01-24 14:00, 30 min, Nora North and mia@northwind.example, cancelled, I am away.',
      '+ away 2030-01-22 to 2030-01-24',
    ],
  },
  {
    name: 'private links',
    sentence: 'Make a private link for one booking of each of my event types.',
    async calls({ turn }) {
      const [types] = await turn(['cal.list_event_types'], ['search_tools', { query: 'create private link' }]);
      const all = types as readonly { readonly id: number }[];
      await turn(...all.map(({ id }) => ['cal.create_private_link', { event_type_id: id, max_usage_count: 1 }] as const));
      return all.length;
    },
    search: ['list event types', 'create private link'],
    script: `
local types = app.integrations.cal.list_event_types()
for _, t in ipairs(types) do
  app.integrations.cal.create_private_link({ event_type_id = t.id, max_usage_count = 1 })
end
return #types`,
    answer: 5,
    changes: [
      '+ link to 15min for 1',
      '+ link to 30min for 1',
      '+ link to 60min for 1',
      '+ link to advice for 1',
      '+ link to weekly-sync for 1',
    ],
  },
  {
    name: 'one place for a day',
    sentence: "Hold all of Wednesday's meetings at https://meet.example/olivia.",
    async calls({ turn }) {
      const [day] = await turn(
        ['cal.list_bookings', { status: ['upcoming'], after_start: '2030-01-09', before_end: '2030-01-09' }],
        ['search_tools', { query: 'update booking location' }],
      );
      const all = meetingsOf(day);
      await turn(
        ...all.map(({ uid }) => ['cal.update_booking_location', { booking_uid: uid, location: 'https://meet.example/olivia' }] as const),
      );
      return all.length;
    },
    search: ['list bookings', 'update booking location'],
    script: `
local day = app.integrations.cal.list_bookings({ status = { "upcoming" }, after_start = "2030-01-09", before_end = "2030-01-09" }).bookings
for _, b in ipairs(day) do
  app.integrations.cal.update_booking_location({ booking_uid = b.uid, location = "https://meet.example/olivia" })
end
return #day`,
    answer: 3,
    changes: [
      '- 2030-01-09 09:30, 30 min, Finn Falk, accepted',
      '+ 2030-01-09 09:30, 30 min, Finn Falk, accepted, https://meet.example/olivia',
      '- 2030-01-09 11:00, 30 min, Gus Gray, accepted',
      '+ 2030-01-09 11:00, 30 min, Gus Gray, accepted, https://meet.example/olivia',
      '- 2030-01-09 14:00, 60 min, Ada Lovelace, accepted',
      '+ 2030-01-09 14:00, 60 min, Ada Lovelace, accepted, https://meet.example/olivia',
    ],
  },
  {
    name: 'swap two meetings',
    sentence: 'Let Finn and Gus change places on Wednesday.',
    async calls({ turn }) {
      const [day] = await turn(['cal.list_bookings', { status: ['upcoming'], after_start: '2030-01-09', before_end: '2030-01-09' }]);
      const find = (name: string) => meetingsOf(day).find(({ attendees }) => attendees[0]?.name.startsWith(name));
      const [finn, gus] = [find('Finn'), find('Gus')];
      // A place in between, free on that day; what was moved has a new uid.
      const [aside] = await turn(
        ['cal.reschedule_booking', { booking_uid: finn?.uid, start: '2030-01-09T15:30:00Z' }],
        ['cal.reschedule_booking', { booking_uid: gus?.uid, start: finn?.start }],
      );
      await turn(['cal.reschedule_booking', { booking_uid: (aside as { uid: string }).uid, start: gus?.start }]);
      return { Finn: gus?.start, Gus: finn?.start };
    },
    search: ['list bookings', 'reschedule booking'],
    script: `
local who = {}
for _, b in ipairs(app.integrations.cal.list_bookings({ status = { "upcoming" }, after_start = "2030-01-09", before_end = "2030-01-09" }).bookings) do
  who[b.attendees[1].name:match("^%S+")] = b
end
local move = app.integrations.cal.reschedule_booking
local aside = move({ booking_uid = who.Finn.uid, start = "2030-01-09T15:30:00Z" })
move({ booking_uid = who.Gus.uid, start = who.Finn.start })
move({ booking_uid = aside.uid, start = who.Gus.start })
return { Finn = who.Gus.start, Gus = who.Finn.start }`,
    answer: { Finn: '2030-01-09T10:00:00.000Z', Gus: '2030-01-09T08:30:00.000Z' },
    changes: [
      '- 2030-01-09 09:30, 30 min, Finn Falk, accepted, https://meet.example/olivia',
      '+ 2030-01-09 09:30, 30 min, Finn Falk, cancelled, https://meet.example/olivia',
      '+ 2030-01-09 09:30, 30 min, Gus Gray, accepted, https://meet.example/olivia',
      '+ 2030-01-09 11:00, 30 min, Finn Falk, accepted, https://meet.example/olivia',
      '- 2030-01-09 11:00, 30 min, Gus Gray, accepted, https://meet.example/olivia',
      '+ 2030-01-09 11:00, 30 min, Gus Gray, cancelled, https://meet.example/olivia',
      '+ 2030-01-09 16:30, 30 min, Finn Falk, cancelled, https://meet.example/olivia',
    ],
  },
  {
    name: 'follow-ups',
    sentence: 'Book a follow-up four weeks later, same time, same length, with everybody I met last Friday.',
    async calls({ turn }) {
      const [past] = await turn(['cal.list_bookings', { status: ['past'], after_start: '2030-01-04', before_end: '2030-01-04' }]);
      const all = meetingsOf(past);
      await turn(
        ...all.map(({ start, eventType, attendees: [guest] }) => {
          const attendee = { name: guest?.name, email: guest?.email, time_zone: guest?.timeZone };
          return ['cal.create_booking', { event_type_id: eventType.id, start: later(start, 28 * 1440), attendee }] as const;
        }),
      );
      return all.length;
    },
    search: ['list bookings', 'create booking'],
    needsLuaPage: true,
    script: `
local past = app.integrations.cal.list_bookings({ status = { "past" }, after_start = "2030-01-04", before_end = "2030-01-04" }).bookings
for _, b in ipairs(past) do
  local a = b.attendees[1]
  app.integrations.cal.create_booking({ event_type_id = b.eventType.id, start = time.add(b.start, { weeks = 4 }), attendee = { name = a.name, email = a.email, time_zone = a.timeZone } })
end
return #past`,
    answer: 3,
    changes: [
      '+ 2030-02-01 10:00, 30 min, Nia Novak, accepted',
      '+ 2030-02-01 11:00, 30 min, Otto Orr, accepted',
      '+ 2030-02-01 14:00, 60 min, Pia Pons, accepted',
    ],
  },
  {
    name: 'shorter Fridays',
    sentence: 'From now on my Fridays end at one. Change my hours, and tell me whose booked meetings lie outside of them.',
    async calls({ turn }) {
      const [ahead] = await turn(
        ['cal.list_bookings', { status: ['upcoming'], all: true }],
        ['search_tools', { query: 'list schedules' }],
        ['search_tools', { query: 'update schedule hours' }],
      );
      const [schedules] = await turn(['cal.list_schedules']);
      const [mine] = schedules as readonly { readonly id: number }[];
      await turn(['cal.update_schedule', { schedule_id: mine?.id, hours: 'Mon-Thu 09:00-17:00, Fri 09:00-13:00' }]);
      const isOutside = ({ end }: { readonly end: string }) => new Date(end).getUTCDay() === 5 && end.slice(11, 16) > '12:00';
      return meetingsOf(ahead)
        .filter(isOutside)
        .map(({ attendees }) => attendees[0]?.name)
        .toSorted();
    },
    search: ['list bookings', 'list schedules', 'update schedule hours'],
    needsLuaPage: true,
    script: `
local cal = app.integrations.cal
local mine = app.integrations.cal.list_schedules()[1]
app.integrations.cal.update_schedule({ schedule_id = mine.id, hours = "Mon-Thu 09:00-17:00, Fri 09:00-13:00" })
local names = {}
for _, b in ipairs(app.integrations.cal.list_bookings({ status = { "upcoming" }, all = true }).bookings) do
  local p = time.parts(b["end"])
  if p.weekday == 5 and p.hour * 60 + p.minute > 13 * 60 then names[#names + 1] = b.attendees[1].name end
end
table.sort(names)
return names`,
    answer: ['Pia Pons', 'Sam Stone', 'Tess Thorn'],
    changes: [
      '- hours [{"days":["Monday","Tuesday","Wednesday","Thursday","Friday"],"startTime":"09:00","endTime":"17:00"}]',
      '+ hours [{"days":["Monday","Tuesday","Wednesday","Thursday"],"startTime":"09:00","endTime":"17:00"},{"days":["Friday"],"startTime":"09:00","endTime":"13:00"}]',
    ],
  },
];
