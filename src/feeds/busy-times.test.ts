import { describe, expect, it } from 'vitest';
import { readFeed } from './busy-times.ts';

const RANGE = { start: Date.parse('2030-01-01T00:00:00Z'), end: Date.parse('2032-01-01T00:00:00Z') };

function calendar(...lines: readonly string[]): string {
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:test', ...lines, 'END:VCALENDAR', ''].join('\r\n');
}

let events = 0;

function event(...lines: readonly string[]): string {
  events += 1;
  return ['BEGIN:VEVENT', `UID:${events}`, ...lines, 'END:VEVENT'].join('\r\n');
}

async function busy(
  content: string,
  { timeZone = 'Europe/Rome', ignored = [] as readonly string[], range = RANGE } = {},
): Promise<string[]> {
  const times = await (await readFeed(content, timeZone)).busy(range, new Set(ignored));
  return times.map(({ start, end }) => `${new Date(start).toISOString().slice(0, 16)}/${new Date(end).toISOString().slice(0, 16)}`);
}

describe('a calendar file', () => {
  it('is read with its times in UTC, in a zone, and without one', async () => {
    const content = calendar(
      event('DTSTART:20300107T080000Z', 'DTEND:20300107T090000Z'),
      event('DTSTART;TZID=America/New_York:20300108T090000', 'DTEND;TZID=America/New_York:20300108T100000'),
      event('DTSTART:20300109T090000', 'DURATION:PT90M'),
    );
    expect(await busy(content)).toEqual([
      '2030-01-07T08:00/2030-01-07T09:00',
      '2030-01-08T14:00/2030-01-08T15:00',
      '2030-01-09T08:00/2030-01-09T09:30',
    ]);
  });

  it.each([
    ['W. Europe Standard Time', '2030-06-07T07:00/2030-06-07T08:00'],
    ['"Eastern Standard Time"', '2030-06-07T13:00/2030-06-07T14:00'],
    ['/freeassociation.sourceforge.net/Asia/Tokyo', '2030-06-07T00:00/2030-06-07T01:00'],
  ])('knows the zone %s', async (zone, expected) => {
    expect(await busy(calendar(event(`DTSTART;TZID=${zone}:20300607T090000`, `DTEND;TZID=${zone}:20300607T100000`)))).toEqual([expected]);
  });

  it('takes a zone that the file defines by its rules, whatever the name', async () => {
    const zone = [
      'BEGIN:VTIMEZONE',
      'TZID:Our office',
      'BEGIN:STANDARD',
      'DTSTART:16010101T030000',
      'TZOFFSETFROM:+0200',
      'TZOFFSETTO:+0100',
      'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10',
      'END:STANDARD',
      'BEGIN:DAYLIGHT',
      'DTSTART:16010101T020000',
      'TZOFFSETFROM:+0100',
      'TZOFFSETTO:+0200',
      'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3',
      'END:DAYLIGHT',
      'END:VTIMEZONE',
    ];
    const meeting = event(
      'DTSTART;TZID=Our office:20300607T090000',
      'DTEND;TZID=Our office:20300607T100000',
      'RRULE:FREQ=MONTHLY;INTERVAL=6;COUNT=2',
    );
    expect(await busy(calendar(...zone, meeting))).toEqual(['2030-06-07T07:00/2030-06-07T08:00', '2030-12-07T08:00/2030-12-07T09:00']);
  });

  it('keeps the wall clock of repetitions over a change of the clocks', async () => {
    const content = calendar(
      event('DTSTART;TZID=Europe/Rome:20300324T090000', 'DTEND;TZID=Europe/Rome:20300324T100000', 'RRULE:FREQ=WEEKLY;COUNT=3'),
    );
    expect(await busy(content)).toEqual([
      '2030-03-24T08:00/2030-03-24T09:00',
      '2030-03-31T07:00/2030-03-31T08:00',
      '2030-04-07T07:00/2030-04-07T08:00',
    ]);
  });

  it('leaves out what was taken out, moves what was moved, and adds what was added', async () => {
    const content = calendar(
      'BEGIN:VEVENT',
      'UID:series',
      'DTSTART;TZID=Europe/Rome:20300107T090000',
      'DTEND;TZID=Europe/Rome:20300107T100000',
      'RRULE:FREQ=DAILY;COUNT=5',
      'EXDATE;TZID=Europe/Rome:20300108T090000',
      'RDATE;TZID=Europe/Rome:20300201T120000,20300202T120000',
      'END:VEVENT',
      'BEGIN:VEVENT',
      'UID:series',
      'RECURRENCE-ID;TZID=Europe/Rome:20300109T090000',
      'DTSTART;TZID=Europe/Rome:20300109T150000',
      'DTEND;TZID=Europe/Rome:20300109T170000',
      'END:VEVENT',
      'BEGIN:VEVENT',
      'UID:series',
      'RECURRENCE-ID;TZID=Europe/Rome:20300110T090000',
      'DTSTART;TZID=Europe/Rome:20300110T090000',
      'DTEND;TZID=Europe/Rome:20300110T100000',
      'STATUS:CANCELLED',
      'END:VEVENT',
    );
    expect(await busy(content)).toEqual([
      '2030-01-07T08:00/2030-01-07T09:00',
      '2030-01-09T14:00/2030-01-09T16:00',
      '2030-01-11T08:00/2030-01-11T09:00',
      '2030-02-01T11:00/2030-02-01T12:00',
      '2030-02-02T11:00/2030-02-02T12:00',
    ]);
  });

  it('counts neither free nor cancelled time', async () => {
    const time = ['DTSTART:20300107T080000Z', 'DTEND:20300107T090000Z'];
    expect(
      await busy(
        calendar(
          event(...time, 'TRANSP:TRANSPARENT'),
          event(...time, 'STATUS:CANCELLED'),
          event(...time, 'X-MICROSOFT-CDO-BUSYSTATUS:FREE'),
        ),
      ),
    ).toEqual([]);
  });

  it.each(['UTC', 'America/Los_Angeles', 'Asia/Tokyo'])(
    'takes whole days by the clock of their owner, on a machine in %s',
    async (machine) => {
      const before = process.env.TZ;
      process.env.TZ = machine;
      try {
        const content = calendar(
          event('DTSTART;VALUE=DATE:20300107', 'DTEND;VALUE=DATE:20300109'),
          event('DTSTART;VALUE=DATE:20300331', 'RRULE:FREQ=DAILY;INTERVAL=300;COUNT=2', 'EXDATE;VALUE=DATE:20310125'),
        );
        expect(await busy(content)).toEqual(['2030-01-06T23:00/2030-01-08T23:00', '2030-03-30T23:00/2030-03-31T22:00']);
        expect(await busy(calendar(event('DTSTART:20300107T090000', 'DURATION:PT1H')))).toEqual(['2030-01-07T08:00/2030-01-07T09:00']);
      } finally {
        process.env.TZ = before;
      }
    },
  );

  it('covers an event that began before and lasts', async () => {
    const range = { start: Date.parse('2030-01-07T12:00:00Z'), end: Date.parse('2030-01-08T00:00:00Z') };
    expect(await busy(calendar(event('DTSTART:20300101T000000Z', 'DTEND:20300201T000000Z')), { range })).toHaveLength(1);
  });

  it('is also a list of busy periods', async () => {
    const content = calendar(
      'BEGIN:VFREEBUSY',
      'UID:f',
      'FREEBUSY;FBTYPE=BUSY:20300107T080000Z/PT1H30M,20300108T080000Z/20300108T090000Z',
      'FREEBUSY;FBTYPE=FREE:20300109T080000Z/PT1H',
      'END:VFREEBUSY',
    );
    expect(await busy(content)).toEqual(['2030-01-07T08:00/2030-01-07T09:30', '2030-01-08T08:00/2030-01-08T09:00']);
  });

  it('leaves out the events of UIDs that are known otherwise', async () => {
    const content = calendar('BEGIN:VEVENT', 'UID:abc@kalends', 'DTSTART:20300107T080000Z', 'DTEND:20300107T090000Z', 'END:VEVENT');
    expect((await readFeed(content, 'UTC')).uids).toEqual(['abc@kalends']);
    expect(await busy(content, { ignored: ['abc@kalends'] })).toEqual([]);
  });

  it('blocks by every event, also where two have one UID or a strange one', async () => {
    const at = (hour: string, uid: string) =>
      ['BEGIN:VEVENT', `UID:${uid}`, `DTSTART:20300107T${hour}0000Z`, 'DURATION:PT1H', 'END:VEVENT'].join('\n');
    expect(await busy(calendar(at('08', 'same'), at('10', 'same'), at('12', '__proto__'), at('14', 'constructor')))).toHaveLength(4);
  });

  it.each([
    ['<html>Sign in</html>', 'no calendar'],
    ['', 'no calendar'],
    [calendar(event('DTSTART:20300107T080000Z')).replace(/END:VCALENDAR\s*$/, ''), 'breaks off'],
    [calendar('BEGIN:VEVENT', 'UID:1', 'SUMMARY:No time', 'END:VEVENT'), 'no DTSTART'],
    [calendar(event('DTSTART:2030-01-07')), 'no date or time'],
    [calendar(event('DTSTART;TZID=Middle Earth:20300107T080000')), 'Middle Earth'],
    [calendar(event('DTSTART:20300107T080000Z', 'RRULE:FREQ=SECONDLY')), 'too often'],
    [calendar(event('DTSTART:20300107T080000Z', 'RRULE:FREQ=DAILY;BYHOUR=1,2,3,4,5,6;BYMINUTE=0,10,20,30,40')), 'too often'],
    [calendar(event('DTSTART:20300107T080000Z', 'RECURRENCE-ID;RANGE=THISANDFUTURE:20300107T080000Z')), 'all following'],
    [calendar(...Array.from({ length: 10_001 }, () => event('DTSTART:20300107T080000Z'))), 'more than 10000 events'],
  ])('is refused where it cannot be understood: %#', async (content, why) => {
    await expect(busy(content)).rejects.toThrow(why);
  });

  it('is read in time when it is as large as it may be', async () => {
    const many = Array.from({ length: 9_000 }, (_none, index) =>
      event(
        `DTSTART;TZID=Europe/Rome:2030${String((index % 12) + 1).padStart(2, '0')}${String((index % 28) + 1).padStart(2, '0')}T090000`,
        'DURATION:PT1H',
        `DESCRIPTION:${'x'.repeat(200)}`,
      ),
    );
    expect((await busy(calendar(...many))).length).toBeGreaterThan(80);
  });
});

it('lets others have their turn while a large file is read', async () => {
  const many = Array.from({ length: 4000 }, (_, index) => {
    const start = new Date(Date.parse('2030-01-07T00:00:00Z') + index * 7_200_000).toISOString().slice(0, 19).replace(/[-:]/g, '');
    return event(`DTSTART;TZID=Europe/Rome:${start}`, 'DURATION:PT1H');
  });
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
  }, 0);
  // Where the clocks go forward two of them touch.
  expect((await busy(calendar(...many))).length).toBeGreaterThan(3990);
  clearInterval(timer);
  expect(turns).toBeGreaterThan(2);
});
