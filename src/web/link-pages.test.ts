import { Hono } from 'hono';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLinkDesk } from '../server/link-desk.ts';
import { addHost, MONDAY, startTestService, type TestHost, type TestService } from '../server/service.fixture.ts';
import { createPrivateLink } from '../store/private-links.ts';
import { createLinkPages } from './link-pages.ts';

let service: TestService;
let host: TestHost;
let pages: Hono;

beforeAll(async () => {
  service = await startTestService();
  service.clock.now = MONDAY - 86_400_000;
  const now = () => service.clock.now;
  const desk = createLinkDesk({ store: service.store, now, publicUrl: 'http://cal.test', onBug: (error) => service.bugs.push(error) });
  pages = new Hono().route('/d', createLinkPages(desk));
  host = await addHost(service, { hidden: true, title: 'Secret <talk>' });
});

afterAll(async () => {
  expect(service.bugs).toEqual([]);
  await service.close();
});

const makeLink = async (maximumUses: number) =>
  (
    await createPrivateLink(service.store.db, {
      eventTypeId: host.eventTypeId,
      end: { expiresAt: null, maximumUses },
      now: service.clock.now,
    })
  ).id;

async function ask(path: string, form?: Readonly<Record<string, string>>) {
  const response = await pages.request(path, form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) });
  return { status: response.status, html: await response.text() };
}

const ada = { name: 'Ada', email: 'ada@example.com' };

it('shows the free times of a hidden event type and books one, once', async () => {
  const link = await makeLink(1);
  const { status, html } = await ask(`/d/${link}/hour`);
  expect(status).toBe(200);
  expect(html).toContain('Secret &#60;talk&#62;');
  expect(html).toContain('60 minutes with');
  const start = /name="start" required value="([^"]+)"/.exec(html)?.[1] ?? '';
  const booked = await ask(`/d/${link}/hour`, { ...ada, start });
  expect(booked).toMatchObject({ status: 200, html: expect.stringContaining('is booked') });
  expect(await ask(`/d/${link}/hour`)).toMatchObject({ status: 410, html: expect.stringContaining('has ended') });
  expect((await ask(`/d/${link}/hour`, { ...ada, start })).status).toBe(410);
});

it('shows times in the zone that is asked for', async () => {
  const link = await makeLink(3);
  expect((await ask(`/d/${link}/hour?zone=America/New_York`)).html).toContain('Times are in America/New York.');
  expect((await ask(`/d/${link}/hour?zone=Nowhere`)).html).toContain('Times are in Europe/Rome.');
});

it('says what is wrong and keeps what was written', async () => {
  const link = await makeLink(3);
  const { status, html } = await ask(`/d/${link}/hour`, { ...ada, start: '2050-09-10T03:00:00Z' });
  expect(status).toBe(409);
  expect(html).toContain('That did not work');
  expect(html).toContain('value="ada@example.com"');
  expect((await ask(`/d/${link}/hour`, { ...ada, start: '' })).html).toContain('Choose a time first.');
  expect((await ask('/d/nothing/hour')).status).toBe(404);
});
