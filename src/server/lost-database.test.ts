import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../store/store.ts';
import { startPostgres, type TestPostgres } from '../store/test-engines.ts';
import { addHost, bookingBody, toTestService } from './service.fixture.ts';
import { createWherebyService } from './whereby/index.ts';

let postgres: TestPostgres;

beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);

afterAll(async () => {
  await postgres.stop();
});

describe('a database that is not there', () => {
  it('is named at the start, with the command that makes it', async () => {
    const databaseUrl = postgres.url.replace(/\/[^/?]+(\?|$)/, '/no_such_diary$1');
    const error = await openStore({ databaseUrl }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'not_configured', message: expect.stringContaining('has no database "no_such_diary"') });
    expect(error).toMatchObject({ hint: expect.stringMatching(/createdb --maintenance-db=".*\/postgres.*" "no_such_diary"$/) });
  });

  it('is a 503 that says what to do, for every request, and no bug', async () => {
    const other = await startPostgres();
    const service = toTestService(await openStore({ databaseUrl: await other.createDatabase() }));
    const host = await addHost(service);
    await other.stop();
    for (const [line, body] of [
      ['GET /v2/me', undefined],
      ['POST /v2/bookings', bookingBody(host, '2050-09-05T08:00:00Z')],
    ] as const) {
      const answer = await service.call(line, { key: host.key, body });
      expect(answer).toMatchObject({ status: 503, body: { status: 'error', error: { code: 'ServiceUnavailableException' } } });
      expect(answer.body.message).toMatch(/^The database does not answer: .*Start PostgreSQL again/);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    const bugs: unknown[] = [];
    const rooms = createWherebyService({
      store: service.store,
      now: () => service.clock.now,
      publicUrl: 'http://cal.test',
      onBug: (error) => bugs.push(error),
    });
    const meeting = await rooms.request('/v1/meetings', { headers: { authorization: `Bearer ${host.key}` } });
    expect([meeting.status, bugs]).toEqual([503, []]);
    expect(service.bugs).toEqual([]);
    await service.close();
  }, 60_000);
});
