import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keepScreenshot, openBrowser } from '../support/browser.ts';
import { FROZEN_CLOCK, makeHome, type RunningKalends, removeHome, startKalends } from '../support/running-kalends.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SENTENCES = [
  'What can people book with me?',
  'When am I free on Friday afternoon?',
  'Book a 30 minute meeting with Ada Lovelace (ada@example.com) tomorrow at 2pm',
];

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

async function faultsOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    // Defined by the script above.
    const { axe: tool } = globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } };
    const { violations } = await tool.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
  });
}

it.each([
  { colorScheme: 'light', width: 1280 },
  { colorScheme: 'dark', width: 1280 },
  { colorScheme: 'light', width: 360 },
  { colorScheme: 'dark', width: 360 },
] as const)('has no accessibility fault and no sideways scrolling in $colorScheme at $width pixels', async ({ colorScheme, width }) => {
  const context = await browser.newContext({
    colorScheme,
    reducedMotion: 'reduce',
    timezoneId: 'Europe/Amsterdam',
    viewport: { width, height: 800 },
  });
  const page = await context.newPage();
  await page.goto(kalends.signInLink());
  await page.getByRole('textbox', { name: 'Message' }).waitFor();
  expect(await faultsOf(page)).toEqual([]);
  await keepScreenshot(page, `start-${colorScheme}-${width}`);
  for (const [index, sentence] of SENTENCES.entries()) {
    await page.getByRole('textbox', { name: 'Message' }).fill(sentence);
    await page.keyboard.press('Enter');
    await page.getByRole('article', { name: 'Kalends' }).nth(index).waitFor();
    await page.getByRole('button', { name: 'Send' }).waitFor();
  }
  await page.locator('[data-testid="approval-card"][data-state="pending"]').waitFor();
  expect(await faultsOf(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
  await keepScreenshot(page, `cards-${colorScheme}-${width}`);
  await context.close();
});

it('tells a browser without a session what to do', async () => {
  const page = await browser.newPage();
  await page.goto(kalends.address);
  await page.getByText('kalends open').first().waitFor();
  expect(await faultsOf(page)).toEqual([]);
  await keepScreenshot(page, 'signed-out');
  await page.close();
});
