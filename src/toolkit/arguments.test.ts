import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { normalizeArguments, toSnakeCase } from './arguments.ts';

const schema = z.strictObject({
  event_type_id: z.int().optional(),
  booking_uid: z.string().optional(),
  end: z.string().optional(),
  attendee: z.strictObject({ name: z.string(), time_zone: z.string().optional() }).optional(),
  overrides: z.array(z.strictObject({ start_time: z.string() })).optional(),
  place: z
    .union([z.string(), z.strictObject({ kind: z.literal('link'), link_url: z.string() }), z.strictObject({ phone_number: z.string() })])
    .optional(),
  limit: z.preprocess((value) => value, z.strictObject({ per_day: z.int() })).optional(),
  body: z.record(z.string(), z.unknown()).optional(),
});
const aliases = { uid: 'booking_uid', id: 'booking_uid', end_time: 'end' };
const normalize = (input: unknown) => normalizeArguments(input, schema, aliases);

describe('arguments', () => {
  it.each([
    ['eventTypeId', 'event_type_id'],
    ['event-type-id', 'event_type_id'],
    ['EventTypeID', 'event_type_id'],
    ['subscriberURL', 'subscriber_url'],
    ['event_type_id', 'event_type_id'],
    ['slot30min', 'slot30min'],
  ])('%s is %s', (name, snake) => {
    expect(toSnakeCase(name)).toBe(snake);
  });

  it('have the names of the schema, within objects and lists, too', () => {
    expect(
      normalize({
        eventTypeId: 1,
        attendee: { name: 'Ada', timeZone: 'UTC' },
        overrides: [{ startTime: '09:00' }, { 'start-time': '10:00' }],
        place: { phoneNumber: '+31612345678' },
        limit: { perDay: 2 },
      }),
    ).toEqual({
      event_type_id: 1,
      attendee: { name: 'Ada', time_zone: 'UTC' },
      overrides: [{ start_time: '09:00' }, { start_time: '10:00' }],
      place: { phone_number: '+31612345678' },
      limit: { per_day: 2 },
    });
  });

  it('may have other names, in any way of writing them', () => {
    expect(normalize({ uid: 'a', endTime: 'x' })).toEqual({ booking_uid: 'a', end: 'x' });
    expect(normalize({ id: 'a', bookingUid: 'a' })).toEqual({ booking_uid: 'a' });
  });

  it('given twice with different values are refused', () => {
    expect(() => normalize({ uid: 'a', id: 'b' })).toThrow('"booking_uid" is given twice, as "uid" and as "id", with different values.');
    expect(() => normalize({ attendee: { name: 'Ada', timeZone: 'UTC', time_zone: 'Europe/London' } })).toThrow(
      '"attendee.time_zone" is given twice',
    );
  });

  it('keep what is free in form, unknown or no object', () => {
    const body = { eventTypeId: 1, 'x-y': { aB: 1 } };
    expect(normalize({ body, someThing: 1 })).toEqual({ body, someThing: 1 });
    expect(normalize('text')).toBe('text');
    expect(normalize(null)).toBe(null);
    expect(Object.keys(normalize(JSON.parse('{"__proto__":{"uid":1}}')) as object)).toEqual(['__proto__']);
  });

  it('find a schema that is still written in camel case', () => {
    expect(normalizeArguments({ event_type_id: 1 }, z.object({ eventTypeId: z.int() }))).toEqual({ eventTypeId: 1 });
  });
});
