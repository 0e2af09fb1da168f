import { NOW, type World } from './world.ts';

/** Who comes when, for how long; local times of Amsterdam. `x`: did not come. */
const MEETINGS = `
2029-12-11 10:00 30 Ada Lovelace ada@example.com
2029-12-11 14:00 60 Hugo Hall hugo@example.com x
2029-12-12 09:00 30 Ivy Ito ivy@example.com
2029-12-13 11:00 30 Jon Jansen jon@example.com x
2029-12-14 09:30 15 Ada Lovelace ada@example.com
2029-12-17 10:00 60 Dana Doyle dana@acme.example
2029-12-18 15:00 30 Hugo Hall hugo@example.com x
2029-12-19 13:00 30 Kim Kuiper kim@example.com
2029-12-20 10:00 30 Jon Jansen jon@example.com x
2029-12-21 16:00 30 Lea Lind lea@example.com x
2029-12-31 10:00 15 Ivy Ito ivy@example.com
2029-12-31 11:00 60 Ben Berg ben@example.com
2030-01-02 09:00 60 Cleo Cruz cleo@example.com
2030-01-02 13:00 30 Kim Kuiper kim@example.com
2030-01-02 15:00 30 Mo Moss mo@example.com
2030-01-03 10:00 30 Ada Lovelace ada@example.com
2030-01-04 10:00 30 Nia Novak nia@example.com
2030-01-04 11:00 30 Otto Orr otto@example.com
2030-01-04 14:00 60 Pia Pons pia@example.com
2030-01-08 09:00 30 Ada Lovelace ada@example.com
2030-01-08 10:00 30 Ben Berg ben@example.com
2030-01-08 11:00 60 Cleo Cruz cleo@example.com
2030-01-08 13:00 30 Dan Diaz dan@example.com
2030-01-08 15:00 60 Eve Ekman eve@example.com
2030-01-09 09:30 30 Finn Falk finn@example.com
2030-01-09 11:00 30 Gus Gray gus@example.com
2030-01-09 14:00 60 Ada Lovelace ada@example.com
2030-01-10 10:00 60 Quinn Quist quinn@example.com
2030-01-10 15:00 30 Rosa Rey rosa@example.com
2030-01-11 13:30 30 Sam Stone sam@example.com
2030-01-11 15:00 60 Tess Thorn tess@example.com
2030-01-14 09:00 30 Dana Doyle dana@acme.example
2030-01-15 11:00 60 Dana Doyle dana@acme.example
2030-01-15 14:00 30 Ivy Ito ivy@example.com
2030-01-16 10:00 60 Uma Ulrich uma@example.com
2030-01-17 16:00 30 Dana Doyle dana@acme.example
2030-01-18 10:00 30 Kim Kuiper kim@example.com
2030-01-22 10:00 30 Vic Vance vic@example.com
2030-01-23 14:00 60 Wes Ward wes@example.com
2030-01-24 09:00 30 Xia Xu xia@example.com`;

/** Fills the calendar through the same tools as everybody uses. */
export async function furnishDiary({ done, visit, setClock }: World): Promise<void> {
  const rows = MEETINGS.trim().split('\n').map(toMeeting);
  const missed: { readonly uid: string; readonly email: string }[] = [];
  for (const { start, minutes, name, email, isMissed } of rows) {
    const made = await done('cal.create_booking', {
      event_type_slug: `${minutes}min`,
      start,
      attendee: { name, email, time_zone: ZONES[email] ?? 'Europe/Amsterdam' },
    });
    if (isMissed) missed.push({ uid: (made as { uid: string }).uid, email });
  }
  await done('cal.create_event_type', {
    title: 'Weekly sync',
    slug: 'weekly-sync',
    length_in_minutes: 30,
    settings: { recurrence: { interval: 1, occurrences: 6, frequency: 'weekly' } },
  });
  const advice = await done('cal.create_event_type', {
    title: 'Advice',
    slug: 'advice',
    length_in_minutes: 30,
    settings: { confirmationPolicy: { type: 'always', blockUnconfirmedBookingsInBooker: true } },
  });
  await done('cal.create_booking', {
    event_type_slug: 'weekly-sync',
    start: '2030-01-03T13:00:00Z',
    attendee: { name: 'Nora North', email: 'nora@northwind.example', time_zone: 'Europe/Oslo' },
    recurrence_count: 6,
  });
  for (const [start, name] of ADVICE) {
    const attendee = { name, email: `${name.split(' ')[0]?.toLowerCase()}@advice.example`, timeZone: 'Europe/Amsterdam' };
    await visit({ eventTypeId: (advice as { id: number }).id, start, attendee });
  }
  setClock(NOW);
  for (const { uid, email } of missed) await done('cal.mark_absent', { booking_uid: uid, attendees: [email] });
}

/** They wait for a yes. */
const ADVICE = [
  ['2030-01-10T08:00:00Z', 'Yan Young'],
  ['2030-01-10T12:30:00Z', 'Zoe Zahn'],
  ['2030-01-16T08:00:00Z', 'Alf Aas'],
  ['2030-01-16T14:00:00Z', 'Bea Bloom'],
] as const;

const ZONES: Readonly<Record<string, string>> = {
  'ben@example.com': 'America/New_York',
  'eve@example.com': 'Asia/Tokyo',
  'ada@example.com': 'Europe/London',
};

function toMeeting(line: string) {
  const [date = '', time = '', minutes = '', first = '', last = '', email = '', missed] = line.split(' ');
  // Amsterdam is an hour ahead of UTC all winter.
  const start = new Date(Date.parse(`${date}T${time}:00Z`) - 3_600_000).toISOString();
  return { start, minutes, name: `${first} ${last}`, email, isMissed: missed === 'x' };
}
