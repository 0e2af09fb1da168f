import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keepScreenshot, openBrowser } from '../support/browser.ts';
import { FROZEN_CLOCK, makeHome, type RunningKalends, removeHome, startKalends } from '../support/running-kalends.ts';

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

it('shows the API of the installation at /docs, lets it be tried, and asks nobody else', async () => {
  const page = await browser.newPage();
  const foreign: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(kalends.address) && !request.url().startsWith('data:')) foreign.push(request.url());
  });
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(`${kalends.address}/docs`);
  await page.getByRole('heading', { name: /Kalends/ }).waitFor();
  const operation = page.locator('#operations-timezones-getV2Timezones');
  await operation
    .getByRole('button', { name: /timezones/ })
    .first()
    .click();
  await operation.getByRole('button', { name: 'Try it out' }).click();
  await operation.getByRole('button', { name: 'Execute' }).click();
  await page.locator('.live-responses-table').getByText('200').first().waitFor();
  await keepScreenshot(page, 'reference');
  await page.getByRole('link', { name: 'The tools' }).click();
  await page.getByRole('heading', { name: /Kalends tools/ }).waitFor();
  await page.locator('#operations-lua-execute_lua').waitFor();
  expect(foreign).toEqual([]);
  expect(complaints).toEqual([]);
  await page.close();
});
