import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keepScreenshot, openBrowser } from '../support/browser.ts';
import { FROZEN_CLOCK, makeHome, type RunningKalends, removeHome, runKalends, startKalends } from '../support/running-kalends.ts';

let home: string;
let kalends: RunningKalends;
let browser: Browser;
let context: BrowserContext;
let page: Page;
/** What the browser complained about: refused by the content policy, failed to load, thrown. */
const complaints: string[] = [];

beforeAll(async () => {
  home = makeHome();
  [kalends, browser] = await Promise.all([startKalends(home, { KALENDS_CLOCK: FROZEN_CLOCK }), openBrowser()]);
  context = await browser.newContext({ timezoneId: 'Europe/Amsterdam', locale: 'en-GB', viewport: { width: 1280, height: 900 } });
  page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(kalends.signInLink());
});

afterAll(async () => {
  await browser?.close();
  await kalends?.stop();
  removeHome(home);
});

const conversation = () => page.getByRole('main');

async function say(text: string): Promise<void> {
  await page.getByRole('button', { name: 'Send' }).waitFor();
  await page.getByRole('textbox', { name: 'Message' }).fill(text);
  await page.keyboard.press('Enter');
}

async function approve(): Promise<void> {
  await page.locator('[data-testid="approval-card"][data-state="pending"]').getByRole('button', { name: 'Approve' }).click();
}

function bookings() {
  const { code, stdout, stderr } = runKalends(['bookings', 'list', '--status', 'upcoming', '--json'], { home });
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout).bookings as { uid: string; start: string; status: string; attendees: { email: string }[] }[];
}

it('books from a sentence, after it was shown and approved', async () => {
  await say('Book a 30 minute meeting with Ada Lovelace (ada@example.com) tomorrow at 2pm');
  const card = page.getByTestId('approval-card');
  await card.getByText('Tue 8 Jan 2030').first().waitFor();
  for (const text of ['Ada Lovelace (ada@example.com)', '30 min', 'Europe/Amsterdam'])
    await card.getByText(text, { exact: false }).first().waitFor();
  await keepScreenshot(page, 'booking-1-asked');
  expect(bookings()).toEqual([]);

  await approve();
  await page.getByTestId('card').getByText('Booked').waitFor();
  await keepScreenshot(page, 'booking-2-booked');
  expect(bookings()).toMatchObject([{ start: '2030-01-08T13:00:00.000Z', status: 'accepted', attendees: [{ email: 'ada@example.com' }] }]);
});

it('answers what there is this week, and when there is time', async () => {
  await say('What do I have this week?');
  await page.getByTestId('card').last().getByText('Ada Lovelace').first().waitFor();
  await say('When am I free on Friday afternoon?');
  const slots = page.getByRole('group', { name: 'Fri 11 Jan 2030' });
  await slots.getByRole('button', { name: '14:00, Fri 11 Jan 2030' }).waitFor();
  await keepScreenshot(page, 'booking-3-slots');
});

it('opens the approval card from a slot chip', async () => {
  await page.getByRole('button', { name: '14:00, Fri 11 Jan 2030' }).click();
  await page.getByLabel('Name').fill('Bob Hope');
  await page.getByLabel('Email').fill('bob@example.com');
  await page.keyboard.press('Enter');
  const card = page.locator('[data-testid="approval-card"][data-state="pending"]');
  await card.getByText('Fri 11 Jan 2030').first().waitFor();
  await card.getByText('Bob Hope (bob@example.com)').first().waitFor();
  await card.getByRole('button', { name: 'Deny' }).click();
  await page.locator('[data-testid="approval-card"][data-state="denied"]').waitFor();
  expect(bookings()).toHaveLength(1);
});

it('moves and cancels what was spoken of', async () => {
  await say('Move my meeting with Ada to Thursday 10am');
  await page.locator('[data-testid="approval-card"][data-state="pending"]').getByText('Thu 10 Jan 2030').first().waitFor();
  await approve();
  await expect.poll(() => bookings().map((booking) => booking.start)).toEqual(['2030-01-10T09:00:00.000Z']);
  await say('Cancel it');
  await page.locator('[data-testid="approval-card"][data-state="pending"]').waitFor();
  await approve();
  await expect.poll(() => bookings()).toEqual([]);
  await keepScreenshot(page, 'booking-4-cancelled');
});

it('keeps the conversation over a restart', async () => {
  await kalends.stop('SIGKILL');
  const port = new URL(kalends.address).port;
  kalends = await startKalends(home, { KALENDS_CLOCK: FROZEN_CLOCK, PORT: port });
  complaints.length = 0;
  await page.reload();
  await conversation().getByText('Move my meeting with Ada to Thursday 10am').waitFor();
  await conversation().getByText('Tue 8 Jan 2030').first().waitFor();
});

it('hears no complaint from the browser', () => {
  expect(complaints).toEqual([]);
});
