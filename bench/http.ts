import { Agent, request } from 'node:http';
import { makeHome, type RunningKalends, removeHome, startKalends } from '../test/support/running-kalends.ts';
import { median, type Row } from './table.ts';

const NOW = Date.parse('2030-01-06T00:00:00Z');
const DAY_MS = 86_400_000;
const QUARTER_MS = 900_000;
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** `GET /v2/slots` over more and more bookings, and how fast bookings are made, through HTTP on the embedded database. */
export async function benchHttp(): Promise<readonly Row[]> {
  const home = makeHome();
  const kalends = await startKalends(home, { KALENDS_CLOCK: new Date(NOW).toISOString() });
  try {
    const health = await repeat(200, () => call(kalends, 'GET', '/health'));
    const eventTypeId = await prepare(kalends);
    const rows: Row[] = [];
    let booked = 0;
    let creating = 0;
    for (const wanted of [0, 100, 500, 2000]) {
      const startedAt = performance.now();
      const from = booked;
      while (booked < wanted)
        await Promise.all(Array.from({ length: Math.min(16, wanted - booked) }, () => book(kalends, eventTypeId, booked++)));
      creating = wanted === 2000 ? (booked - from) / ((performance.now() - startedAt) / 1000) : creating;
      for (const days of [7, 30, 90]) {
        const times = await repeat(30, () => call(kalends, 'GET', slotsPath(eventTypeId, days)));
        rows.push({
          name: `GET /v2/slots, ${days} days, ${booked} bookings`,
          median: median(times),
          bound: median(health),
          boundName: 'GET /health',
        });
      }
    }
    const oneByOne = await repeat(60, () => book(kalends, eventTypeId, booked++));
    return [
      ...rows,
      {
        name: 'POST /v2/bookings, one at a time',
        median: 1000 / median(oneByOne),
        unit: '/s',
        bound: 1000 / median(health),
        boundName: 'GET /health',
      },
      {
        name: 'POST /v2/bookings, 16 at a time',
        median: creating,
        unit: '/s',
        bound: 1000 / median(health),
        boundName: 'GET /health, one at a time',
      },
    ];
  } finally {
    await kalends.stop();
    agent.destroy();
    removeHome(home);
  }
}

/** Hours around the clock and a quarter-hour event type, so that thousands of bookings fit. */
async function prepare(kalends: RunningKalends): Promise<number> {
  const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
  const schedule = await call(kalends, 'POST', '/v2/schedules', {
    version: '2024-06-11',
    body: { name: 'Always', timeZone: 'America/New_York', isDefault: true, availability: [{ days, startTime: '00:00', endTime: '23:59' }] },
  });
  const created = await call(kalends, 'POST', '/v2/event-types', {
    version: '2024-06-14',
    body: { title: 'Quarter', slug: 'quarter', lengthInMinutes: 15, minimumBookingNotice: 0, scheduleId: schedule.data.id },
  });
  return created.data.id;
}

/** Spread over 90 days without ever meeting the same slot: 97 and the number of slots share no factor. */
function book(kalends: RunningKalends, eventTypeId: number, index: number) {
  const slots = 90 * 96;
  const start = NOW + DAY_MS + ((index * 97) % slots) * QUARTER_MS;
  return call(kalends, 'POST', '/v2/bookings', {
    version: '2024-08-13',
    body: {
      eventTypeId,
      start: new Date(start).toISOString(),
      attendee: { name: `Guest ${index}`, email: `guest${index}@example.com`, timeZone: 'Europe/London' },
    },
  });
}

function slotsPath(eventTypeId: number, days: number): string {
  const end = new Date(NOW + DAY_MS + days * DAY_MS).toISOString();
  return `/v2/slots?eventTypeId=${eventTypeId}&start=${new Date(NOW + DAY_MS).toISOString()}&end=${end}&timeZone=Europe/London`;
}

async function repeat(count: number, work: () => Promise<unknown>): Promise<number[]> {
  for (let run = 0; run < 5; run++) await work();
  const times: number[] = [];
  for (let run = 0; run < count; run++) {
    const startedAt = performance.now();
    await work();
    times.push(performance.now() - startedAt);
  }
  return times;
}

interface CallOptions {
  readonly version?: string;
  readonly body?: unknown;
}

function call(
  kalends: RunningKalends,
  method: string,
  path: string,
  { version = '2024-09-04', body }: CallOptions = {},
): Promise<{ data: { id: number } }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${kalends.apiKey}`, 'cal-api-version': version, 'content-type': 'application/json' };
    const sent = request(`${kalends.address}${path}`, { method, headers, agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        if ((response.statusCode ?? 500) < 300) resolve(JSON.parse(text));
        else reject(new Error(`${method} ${path}: ${response.statusCode} ${text}`));
      });
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
