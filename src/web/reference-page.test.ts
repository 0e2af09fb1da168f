import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { serveReferencePage } from './reference-page.ts';
import type { WebEnvironment } from './visitor.ts';

let directory: string;
const app = new Hono<WebEnvironment>();

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'kalends-docs-'));
  writeFileSync(join(directory, 'index.html'), '<p>The API</p>');
  writeFileSync(join(directory, 'start.js'), 'start();');
  serveReferencePage(app, directory);
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

it('is served with a policy that lets nothing in from elsewhere', async () => {
  expect((await app.request('/docs')).headers.get('location')).toBe('/docs/');
  const page = await app.request('/docs/');
  expect(await page.text()).toBe('<p>The API</p>');
  expect(page.headers.get('content-security-policy')).toContain(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:",
  );
  const script = await app.request('/docs/start.js');
  expect(script.headers.get('content-type')).toContain('javascript');
  expect((await app.request('/docs/none.js')).status).toBe(404);
});
