import { clockOf, later, meetingsOf, type Task } from './task.ts';

/** Tasks that only look. */
export const looking: readonly Task[] = [
  {
    name: 'agenda of a day',
    sentence: 'What do I have tomorrow?',
    async calls({ turn }) {
      const [agenda] = await turn(['assistant.daily_agenda', { date: '2030-01-08' }]);
      return meetingsOf(agenda).map(({ start, attendees }) => `${clockOf(start)} ${attendees[0]?.name}`);
    },
    search: ['daily agenda'],
    needsLuaPage: true,
    script: `
local list = {}
for _, b in ipairs(app.integrations.assistant.daily_agenda({ date = "2030-01-08" }).bookings) do
  local p = time.parts(b.start)
  list[#list + 1] = string.format("%02d:%02d %s", p.hour, p.minute, b.attendees[1].name)
end
return list`,
    answer: ['09:00 Ada Lovelace', '10:00 Ben Berg', '11:00 Cleo Cruz', '13:00 Dan Diaz', '15:00 Eve Ekman'],
    changes: [],
  },
  {
    name: 'a time for three',
    sentence: 'When can Bob, Carla and I meet for an hour at the earliest this week?',
    async calls({ turn }) {
      const [found] = await turn(['assistant.find_time', { with: ['bob', 'carla'], event_type: '60min', when: 'this week', limit: 1 }]);
      return (found as { slots: readonly { start: string }[] }).slots[0]?.start;
    },
    search: ['find time several people free'],
    script: `return app.integrations.assistant.find_time({ with = { "bob", "carla" }, event_type = "60min", when = "this week", limit = 1 }).slots[1].start`,
    answer: '2030-01-07T10:00:00.000Z',
    changes: [],
  },
  {
    name: 'who stayed away twice',
    sentence: 'Who did not come to two or more meetings since the beginning of December?',
    async calls({ turn }) {
      const [past] = await turn(['cal.list_bookings', { status: ['past'], after_start: '2029-12-01', all: true }]);
      const missed = meetingsOf(past).flatMap(({ attendees }) => attendees.filter(({ absent }) => absent).map(({ name }) => name));
      return [...new Set(missed.filter((name, index) => missed.indexOf(name) !== index))].toSorted();
    },
    search: ['list bookings'],
    script: `
local missed, names = {}, {}
for _, b in ipairs(app.integrations.cal.list_bookings({ status = { "past" }, after_start = "2029-12-01", all = true }).bookings) do
  for _, a in ipairs(b.attendees) do
    if a.absent then
      missed[a.name] = (missed[a.name] or 0) + 1
      if missed[a.name] == 2 then names[#names + 1] = a.name end
    end
  end
end
table.sort(names)
return names`,
    answer: ['Hugo Hall', 'Jon Jansen'],
    changes: [],
  },
  {
    name: 'report of a week',
    sentence: 'How many meetings and how many hours did I have last week, by length?',
    async calls({ turn }) {
      const [past] = await turn([
        'cal.list_bookings',
        { status: ['past'], after_start: '2029-12-31', before_end: '2030-01-06', all: true },
      ]);
      const all = meetingsOf(past);
      const count = (minutes: number) => all.filter(({ duration }) => duration === minutes).length;
      const hours = all.reduce((sum, { duration }) => sum + duration, 0) / 60;
      return { meetings: all.length, hours, '15': count(15), '30': count(30), '60': count(60) };
    },
    search: ['list bookings'],
    script: `
local report = { meetings = 0, hours = 0, ["15"] = 0, ["30"] = 0, ["60"] = 0 }
for _, b in ipairs(app.integrations.cal.list_bookings({ status = { "past" }, after_start = "2029-12-31", before_end = "2030-01-06", all = true }).bookings) do
  report.meetings = report.meetings + 1
  report.hours = report.hours + b.duration / 60
  local length = tostring(math.floor(b.duration))
  report[length] = report[length] + 1
end
return report`,
    answer: { meetings: 10, hours: 6.25, '15': 1, '30': 6, '60': 3 },
    changes: [],
  },
  {
    name: 'whom I lost',
    sentence: 'Which of the people I met in December have no meeting ahead?',
    async calls({ turn }) {
      const [past, ahead] = await turn(
        ['cal.list_bookings', { status: ['past'], after_start: '2029-12-01', before_end: '2029-12-31', all: true }],
        ['cal.list_bookings', { status: ['upcoming'], all: true }],
      );
      const emailsOf = (output: unknown) => meetingsOf(output).flatMap(({ attendees }) => attendees.map(({ email }) => email));
      const next = new Set(emailsOf(ahead));
      return [...new Set(emailsOf(past))].filter((email) => !next.has(email)).toSorted();
    },
    search: ['list bookings'],
    script: `
local list, next, lost = app.integrations.cal.list_bookings, {}, {}
for _, b in ipairs(list({ status = { "upcoming" }, all = true }).bookings) do
  for _, a in ipairs(b.attendees) do next[a.email] = true end
end
for _, b in ipairs(list({ status = { "past" }, after_start = "2029-12-01", before_end = "2029-12-31", all = true }).bookings) do
  for _, a in ipairs(b.attendees) do
    if not next[a.email] then next[a.email] = true lost[#lost + 1] = a.email end
  end
end
table.sort(lost)
return lost`,
    answer: ['hugo@example.com', 'jon@example.com', 'lea@example.com'],
    changes: [],
  },
  {
    name: 'addresses of a week',
    sentence: 'Give me the e-mail addresses of everybody I meet this week or who asks to, each once.',
    async calls({ turn }) {
      const [week] = await turn([
        'cal.list_bookings',
        { status: ['upcoming'], after_start: '2030-01-07', before_end: '2030-01-13', all: true },
      ]);
      return [...new Set(meetingsOf(week).flatMap(({ attendees }) => attendees.map(({ email }) => email)))].toSorted();
    },
    search: ['list bookings'],
    script: `
local seen, emails = {}, {}
for _, b in ipairs(app.integrations.cal.list_bookings({ status = { "upcoming" }, after_start = "2030-01-07", before_end = "2030-01-13", all = true }).bookings) do
  for _, a in ipairs(b.attendees) do
    if not seen[a.email] then seen[a.email] = true emails[#emails + 1] = a.email end
  end
end
table.sort(emails)
return emails`,
    answer: [
      'ada@example.com',
      'ben@example.com',
      'cleo@example.com',
      'dan@example.com',
      'eve@example.com',
      'finn@example.com',
      'gus@example.com',
      'nora@northwind.example',
      'quinn@example.com',
      'rosa@example.com',
      'sam@example.com',
      'tess@example.com',
      'yan@advice.example',
      'zoe@advice.example',
    ],
    changes: [],
  },
  {
    name: 'longest gap of a day',
    sentence: 'What is my longest free stretch between nine and five on Thursday?',
    async calls({ turn }) {
      const [day] = await turn([
        'cal.list_bookings',
        { after_start: '2030-01-10', before_end: '2030-01-10', status: ['upcoming', 'unconfirmed'] },
      ]);
      let [from, best] = ['2030-01-10T08:00:00.000Z', { from: '', minutes: 0 }];
      const ends = { start: '2030-01-10T16:00:00.000Z', end: '2030-01-10T16:00:00.000Z' };
      for (const { start, end } of [...meetingsOf(day).toSorted((one, other) => (one.start < other.start ? -1 : 1)), ends]) {
        const minutes = (Date.parse(start) - Date.parse(from)) / 60_000;
        if (minutes > best.minutes) best = { from: clockOf(from), minutes };
        from = end;
      }
      return best;
    },
    search: ['list bookings'],
    needsLuaPage: true,
    script: `
local day = app.integrations.cal.list_bookings({ after_start = "2030-01-10", before_end = "2030-01-10", status = { "upcoming", "unconfirmed" } }).bookings
table.sort(day, function(a, b) return a.start < b.start end)
day[#day + 1] = { start = "2030-01-10T17:00" }
local from, best, minutes = "2030-01-10T09:00", nil, 0
for _, b in ipairs(day) do
  local gap = time.diff(from, b.start)
  if gap > minutes then best, minutes = from, gap end
  from = b["end"]
end
local p = time.parts(best)
return { from = string.format("%02d:%02d", p.hour, p.minute), minutes = minutes }`,
    answer: { from: '11:00', minutes: 150 },
    changes: [],
  },
  {
    name: 'emptiest day',
    sentence: 'On which day next week do I have the most free half hours, and how many?',
    async calls({ turn }) {
      const [free] = await turn(['cal.get_available_slots', { event_type_slug: '30min', start: '2030-01-14', end: '2030-01-18' }]);
      const days = Object.entries((free as { slots: Readonly<Record<string, readonly unknown[]>> }).slots);
      const [day, slots] = days.reduce((best, next) => (next[1].length > best[1].length ? next : best));
      return { day, slots: slots.length };
    },
    search: ['available slots'],
    script: `
local free = app.integrations.cal.get_available_slots({ event_type_slug = "30min", start = "2030-01-14", ["end"] = "2030-01-18" }).slots
local best = { slots = 0 }
for day, slots in pairs(free) do
  if #slots > best.slots or (#slots == best.slots and day < best.day) then best = { day = day, slots = #slots } end
end
return best`,
    answer: { day: '2030-01-14', slots: 15 },
    changes: [],
  },
  {
    name: "their clocks' times",
    sentence: "At what time of their own clocks do Tuesday's guests meet me?",
    async calls({ turn }) {
      const [day] = await turn(['cal.list_bookings', { after_start: '2030-01-08', before_end: '2030-01-08' }]);
      const ahead: Readonly<Record<string, number>> = {
        'Europe/London': 0,
        'America/New_York': -300,
        'Europe/Amsterdam': 60,
        'Asia/Tokyo': 540,
      };
      return meetingsOf(day)
        .toSorted((one, other) => (one.start < other.start ? -1 : 1))
        .map(({ start, attendees: [guest] }) => `${guest?.name} ${later(start, ahead[guest?.timeZone ?? ''] ?? 0).slice(11, 16)}`);
    },
    search: ['list bookings'],
    needsLuaPage: true,
    script: `
local day = app.integrations.cal.list_bookings({ after_start = "2030-01-08", before_end = "2030-01-08" }).bookings
table.sort(day, function(a, b) return a.start < b.start end)
local list = {}
for _, b in ipairs(day) do
  local p = time.parts(b.start, b.attendees[1].timeZone)
  list[#list + 1] = string.format("%s %02d:%02d", b.attendees[1].name, p.hour, p.minute)
end
return list`,
    answer: ['Ada Lovelace 08:00', 'Ben Berg 04:00', 'Cleo Cruz 11:00', 'Dan Diaz 13:00', 'Eve Ekman 23:00'],
    changes: [],
  },
];
