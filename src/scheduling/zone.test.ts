import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { at } from './facts.fixture.ts';
import { DAY_MS, parseDate } from './local-date.ts';
import { isTimeZone, zoneOf } from './zone.ts';

const ZONES = [
  'America/New_York',
  'Australia/Lord_Howe',
  'Africa/Cairo',
  'Pacific/Apia',
  'Europe/London',
  'Asia/Kathmandu',
  'Africa/Casablanca',
  'America/Nuuk',
  'UTC',
];

/** Days on which something happens to the clocks, and the days around them. */
const EVENTFUL = ['2030-03-10', '2030-11-03', '2030-04-07', '2030-10-06', '2030-04-26', '2030-10-31', '2011-12-30', '2010-08-11'];

function wallOf(local: Temporal.PlainDateTime): number {
  return local.toZonedDateTime('UTC').epochMilliseconds;
}

describe('a zone', () => {
  it('agrees with Temporal about every local minute around clock changes', () => {
    for (const id of ZONES) {
      const zone = zoneOf(id);
      for (const date of EVENTFUL) {
        let local = Temporal.PlainDateTime.from(date).subtract({ hours: 30 });
        for (let step = 0; step < 84 * 6; step += 1) {
          expect([id, local.toString(), zone.toInstant(wallOf(local))]).toEqual([
            id,
            local.toString(),
            local.toZonedDateTime(id, { disambiguation: 'compatible' }).epochMilliseconds,
          ]);
          local = local.add({ minutes: 10 });
        }
      }
    }
  });

  it('agrees with Temporal about offsets and local dates at any instant', () => {
    const someInstant = fc.integer({ min: at('1995-01-01T00:00Z') / 60_000, max: at('2060-01-01T00:00Z') / 60_000 });
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), someInstant, (id, minute) => {
        const zoned = Temporal.Instant.fromEpochMilliseconds(minute * 60_000).toZonedDateTimeISO(id);
        const zone = zoneOf(id);
        expect(zone.offsetAt(minute * 60_000)).toBe(zoned.offsetNanoseconds / 1e6);
        expect(zone.dayAt(minute * 60_000)).toBe(parseDate(zoned.toPlainDate().toString()));
        const wall = wallOf(zoned.toPlainDateTime());
        expect(zone.toInstant(wall)).toBe(zoned.toPlainDateTime().toZonedDateTime(id).epochMilliseconds);
      }),
      { numRuns: 400 },
    );
  });

  it('moves a time in the gap forward by the length of the gap', () => {
    const zone = zoneOf('America/New_York');
    expect(zone.toInstant(at('2030-03-10T02:30Z'))).toBe(at('2030-03-10T03:30-04:00'));
  });

  it('reads a time that happens twice as the first one', () => {
    expect(zoneOf('America/New_York').toInstant(at('2030-11-03T01:30Z'))).toBe(at('2030-11-03T01:30-04:00'));
    expect(zoneOf('Australia/Lord_Howe').toInstant(at('2030-04-07T01:45Z'))).toBe(at('2030-04-07T01:45+11:00'));
  });

  it('knows that Apia had no 30 December 2011', () => {
    const zone = zoneOf('Pacific/Apia');
    const skipped = parseDate('2011-12-30');
    expect(zone.startOfDay(skipped)).toBe(zone.startOfDay(skipped + 1));
    expect(zone.startOfDay(skipped) - zone.startOfDay(skipped - 1)).toBe(DAY_MS);
  });

  it('refuses what is no zone name', () => {
    expect(isTimeZone('Europe/Rome')).toBe(true);
    for (const id of ['Rome', '', '+02:00', 'Europe/Atlantis']) expect(isTimeZone(id), id).toBe(false);
  });
});
