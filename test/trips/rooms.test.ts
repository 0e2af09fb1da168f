import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keepScreenshot, openBrowser } from '../support/browser.ts';
import { FROZEN_CLOCK, makeHome, type RunningKalends, removeHome, startKalends } from '../support/running-kalends.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let home: string;
let kalends: RunningKalends;
let browser: Browser;

beforeAll(async () => {
  home = makeHome();
  [kalends, browser] = await Promise.all([startKalends(home, { KALENDS_CLOCK: FROZEN_CLOCK }), openBrowser()]);
});

afterAll(async () => {
  await browser?.close();
  await kalends?.stop();
  removeHome(home);
});

async function api<Answer>(path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(`${kalends.address}/v1${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${kalends.apiKey}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await response.json()) as Answer; // as the test asked for it
}

interface Room {
  readonly roomName: string;
  readonly roomUrl: string;
  readonly hostRoomUrl: string;
}

const makeRoom = (more: object = {}) =>
  api<Room>('/meetings', { endDate: '2030-01-07T09:00:00Z', roomNamePrefix: 'team-standup-', fields: ['hostRoomUrl'], ...more });

/** A person with a browser of their own. */
async function visitAs(url: string, look: { colorScheme: 'light' | 'dark'; width: number }): Promise<Page> {
  const { colorScheme, width } = look;
  const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 }, reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

async function faultsOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    // Defined by the script above.
    const { axe: tool } = globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } };
    const { violations } = await tool.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
  });
}

async function check(page: Page, name: string): Promise<void> {
  expect(await faultsOf(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
  await keepScreenshot(page, `room-${name}`);
}

const listOf = (page: Page) => page.getByRole('list', { name: 'Who is here' });

it('two browsers meet in a locked room: knock, let in, see each other, leave; and it is all on record', async () => {
  const room = await makeRoom({ isLocked: true });
  const host = await visitAs(room.hostRoomUrl, { colorScheme: 'light', width: 1280 });
  await host.getByLabel('Your name').fill('Ada Lovelace');
  expect(host.url()).toBe(room.roomUrl);
  await check(host, 'lobby-light');
  await host.getByRole('button', { name: 'Join' }).click();
  await listOf(host).getByText('Ada Lovelace').waitFor();

  const guest = await visitAs(room.roomUrl, { colorScheme: 'dark', width: 360 });
  await guest.getByText('One person is inside.').waitFor();
  await guest.getByRole('button', { name: 'Knock' }).click();
  await guest.getByText('Give the name others know you by.').waitFor();
  await guest.getByLabel('Your name').fill('Grace <b>Hopper</b>');
  await guest.keyboard.press('Enter');
  await guest.getByRole('heading', { name: 'You knocked' }).waitFor();
  await check(guest, 'waiting-dark');

  await host.getByRole('region', { name: 'At the door' }).getByText('Grace <b>Hopper</b>').waitFor();
  await check(host, 'door-light');
  await host.getByRole('button', { name: 'Let in Grace <b>Hopper</b>' }).click();
  for (const page of [host, guest]) {
    await listOf(page).getByText('Grace <b>Hopper</b>').waitFor();
    await listOf(page).getByText('Ada Lovelace').waitFor();
  }
  await check(host, 'inside-light');
  await check(guest, 'inside-dark');

  // A page that is loaded again is the same guest.
  await guest.reload();
  await listOf(guest).getByText('Ada Lovelace').waitFor();
  await guest.getByRole('button', { name: 'Leave' }).click();
  await guest.getByRole('heading', { name: 'You left the room' }).waitFor();
  await check(guest, 'left-dark');
  await host.getByText('You are the first.').waitFor();

  const name = encodeURIComponent(room.roomName);
  const sessions = await api<{ results: { roomSessionId: string; totalUniqueParticipants: number; endedAt: string | null }[] }>(
    `/insights/room-sessions?roomName=${name}`,
  );
  expect(sessions.results).toHaveLength(1);
  expect(sessions.results[0]).toMatchObject({ totalUniqueParticipants: 2, endedAt: expect.any(String) });
  const people = await api<{ results: { displayName: string; roleName: string }[] }>(
    `/insights/participants?roomSessionId=${sessions.results[0]?.roomSessionId}`,
  );
  expect(people.results.map(({ displayName, roleName }) => [displayName, roleName])).toEqual([
    ['Ada Lovelace', 'host'],
    ['Grace <b>Hopper</b>', 'granted_visitor'],
  ]);
  await Promise.all([host.context().close(), guest.context().close()]);
});

it('somebody whose browser dies is gone after a while, and a room that is not there says so', async () => {
  const room = await makeRoom();
  const stays = await visitAs(room.roomUrl, { colorScheme: 'dark', width: 1280 });
  await stays.getByLabel('Your name').fill('Ada');
  await stays.getByRole('button', { name: 'Join' }).click();
  const dies = await visitAs(room.roomUrl, { colorScheme: 'light', width: 360 });
  await dies.getByTestId('who-is-here').getByText('Ada is here.').waitFor();
  await dies.getByLabel('Your name').fill('Tim');
  await dies.getByRole('button', { name: 'Join' }).click();
  await listOf(stays).getByText('Tim').waitFor();
  await check(stays, 'inside-dark-wide');
  await dies.context().close();
  await listOf(stays).getByText('Tim').waitFor({ state: 'detached', timeout: 60_000 });
  await stays.context().close();

  const lost = await visitAs(`${kalends.address}/rooms/never-there`, { colorScheme: 'light', width: 1280 });
  await lost.getByRole('heading', { name: 'There is no such room' }).waitFor();
  await check(lost, 'missing-light');
  const answer = await fetch(`${kalends.address}/rooms/never-there`);
  expect([answer.status, answer.headers.get('content-security-policy')]).toEqual([404, expect.stringContaining("default-src 'none'")]);
  await lost.context().close();
}, 90_000);
