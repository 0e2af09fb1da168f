import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeHome, type RunningKalends, removeHome, startKalends } from '../support/running-kalends.ts';

const ENVIRONMENT = { KALENDS_CLOCK: '2030-01-07T08:00:00Z', KALENDS_WHEREBY_POINTS: 'off' };
/** Milliseconds after the answer at which the process dies: before, while and after the room is made. */
const DEATHS = [0, 20, 40, 60, 80, 100, 130, 160, 200, 250, 350, 500];

let home: string;
let kalends: RunningKalends;

beforeAll(async () => {
  home = makeHome();
  kalends = await startKalends(home, ENVIRONMENT);
});

afterAll(async () => {
  await kalends?.stop();
  removeHome(home);
});

async function api<Answer>(path: string, version: string | undefined, body?: unknown): Promise<Answer> {
  const response = await fetch(`${kalends.address}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${kalends.apiKey}`,
      'content-type': 'application/json',
      ...(version === undefined ? {} : { 'cal-api-version': version }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Answer; // as the test asked for it
}

interface Room {
  readonly roomName: string;
  readonly roomUrl: string;
}

const rooms = async () => (await api<{ results: readonly Room[] }>('/v1/meetings?limit=100', undefined)).results;

it('every booking has exactly one room, however the process died after it was made', { timeout: 300_000 }, async () => {
  const eventType = await api<{ data: { id: number } }>('/v2/event-types', '2024-06-14', {
    title: 'In a room',
    slug: 'in-a-room',
    lengthInMinutes: 30,
    locations: [{ type: 'integration', integration: 'whereby-video' }],
  });
  const uids: string[] = [];
  for (const [index, ms] of DEATHS.entries()) {
    const start = new Date(Date.parse('2030-01-08T09:00:00Z') + index * 30 * 60_000).toISOString();
    const attendee = { name: 'Ada', email: 'ada@example.com', timeZone: 'UTC' };
    const body = { eventTypeId: eventType.data.id, start, attendee };
    uids.push((await api<{ data: { uid: string } }>('/v2/bookings', '2024-08-13', body)).data.uid);
    await new Promise((done) => setTimeout(done, ms));
    await kalends.stop('SIGKILL');
    kalends = await startKalends(home, ENVIRONMENT);
  }
  const linksOf = async () =>
    Promise.all(uids.map(async (uid) => (await api<{ data: { location: string } }>(`/v2/bookings/${uid}`, '2024-08-13')).data.location));
  // The name of a room; the address before it is another one after each start.
  const nameOf = (link: string) => link.split('/').at(-1) ?? '';
  await expect
    .poll(async () => (await linksOf()).filter((link) => link.startsWith('http')).length, { timeout: 180_000, interval: 1000 })
    .toBe(uids.length);
  await expect
    .poll(async () => (await rooms()).map(({ roomUrl }) => nameOf(roomUrl)).toSorted(), { timeout: 60_000, interval: 1000 })
    .toEqual((await linksOf()).map(nameOf).toSorted());
  expect(new Set((await linksOf()).map(nameOf)).size).toBe(uids.length);
});
