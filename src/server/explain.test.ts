import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { emptyDate } from '../wire/calcom/slots.ts';
import { addHost, bookingBody, startTestService, type TestHost, type TestService } from './service.fixture.ts';

let service: TestService;
let host: TestHost;
const uids: string[] = [];

/** Monday 5 September is full; the weekend has no hours. */
beforeAll(async () => {
  service = await startTestService();
  host = await addHost(service, { lengthMinutes: 240, options: { bookingLimitsCount: { day: 2 } } });
  for (const [index, start] of ['2050-09-05T07:00:00Z', '2050-09-05T11:00:00Z'].entries()) {
    const attendee = { name: 'Bob', email: `bob${index}@example.com`, timeZone: 'UTC' };
    uids.push((await service.call('POST /v2/bookings', { body: bookingBody(host, start, { attendee }) })).body.data.uid);
  }
});

afterAll(async () => {
  expect(service.bugs).toEqual([]);
  await service.close();
});

const answer = z.object({ data: z.record(z.string(), z.array(z.unknown())), explanation: z.record(z.string(), emptyDate).optional() });

async function ask(range: string, key?: string) {
  const { body } = await service.call(`GET /v2/slots?eventTypeId=${host.eventTypeId}&${range}`, { key });
  return answer.parse(body);
}

it('explains each date without slots, and only when asked to', async () => {
  const range = 'start=2050-09-03T22:00:00Z&end=2050-09-06T22:00:00Z&timeZone=Europe/Rome';
  expect((await ask(range, host.key)).explanation).toBeUndefined();
  const { data, explanation } = await ask(`${range}&explain=true`, host.key);
  expect(Object.keys(data)).toEqual(['2050-09-06']);
  expect(explanation).toEqual({
    '2050-09-04': { reason: 'outside_hours', detail: expect.any(String), starts: { outside_hours: 1 } },
    '2050-09-05': { reason: 'busy', detail: expect.any(String), starts: { busy: 2 }, conflictingBookingUids: uids },
  });
});

it('tells strangers neither why a date is closed nor what fills it', async () => {
  const { explanation } = await ask('start=2050-09-03T22:00:00Z&end=2050-09-05&timeZone=Europe/Rome&explain=true');
  expect(explanation).toEqual({
    '2050-09-04': { reason: 'not_available', detail: 'Nothing is free on this date.' },
    '2050-09-05': { reason: 'not_available', detail: 'Nothing is free on this date.' },
  });
});

it('names what has passed, notice, windows and limits', async () => {
  const windowed = await addHost(service, {
    options: { bookingWindow: { type: 'range', value: ['2050-09-01', '2050-09-10'] }, minimumBookingNotice: 3 * 1440 },
  });
  const explain = async (range: string, { eventTypeId, key }: TestHost) => {
    const { body } = await service.call(`GET /v2/slots?eventTypeId=${eventTypeId}&${range}&explain=true`, { key });
    return Object.entries(answer.parse(body).explanation ?? {}).map(([date, { reason }]) => `${date} ${reason}`);
  };
  // The clock stands at 29 August 2050.
  expect(await explain('start=2050-08-26&end=2050-08-26', windowed)).toEqual(['2050-08-26 past']);
  expect(await explain('start=2050-08-30&end=2050-08-30', windowed)).toEqual(['2050-08-30 notice']);
  expect(await explain('start=2050-09-12&end=2050-09-12', windowed)).toEqual(['2050-09-12 window']);
  const limited = await addHost(service, { options: { bookingLimitsCount: { week: 1 } } });
  await service.call('POST /v2/bookings', { body: bookingBody(limited, '2050-09-06T07:00:00Z') });
  expect(await explain('start=2050-09-07&end=2050-09-07', limited)).toEqual(['2050-09-07 count_limit']);
});

it('looks at 62 dates at most', async () => {
  const { explanation } = await ask('start=2049-01-01&end=2049-12-31&explain=true');
  expect(Object.keys(explanation ?? {})).toHaveLength(62);
});
