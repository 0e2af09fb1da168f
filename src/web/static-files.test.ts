import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStaticFiles, type StaticFiles } from './static-files.ts';

const TEXT = 'let meeting = "tomorrow at nine";\n'.repeat(200);
let directory: string;
let files: StaticFiles;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'kalends-static-'));
  mkdirSync(join(directory, 'assets'));
  writeFileSync(join(directory, 'index.html'), '<!doctype html>');
  for (const name of ['app.js', 'stale.js']) writeFileSync(join(directory, 'assets', name), TEXT);
  // The builder is plain JavaScript.
  const builder = (await import(new URL('../../bin/compress.mjs', import.meta.url).href)) as {
    compressFiles(directory: string): Promise<void>;
  };
  await builder.compressFiles(directory);
  utimesSync(join(directory, 'assets', 'stale.js'), new Date(Date.now() + 60_000), new Date(Date.now() + 60_000));
  files = openStaticFiles(directory);
});

afterAll(() => rmSync(directory, { recursive: true }));

const get = (path: string, headers: Record<string, string> = {}) => files.serve(new Request(`http://cal.test${path}`, { headers }));

describe('a file of the page', () => {
  it.each([
    ['br', 'gzip, deflate, br, zstd', 'br'],
    ['gzip', 'gzip', 'gzip'],
    ['gzip', 'br;q=0, gzip;q=0.5', 'gzip'],
    ['br', '*', 'br'],
    ['as it is', 'identity', null],
    ['as it is', '', null],
  ])('is sent %s to who accepts "%s"', async (_form, accepted, encoding) => {
    const answer = get('/assets/app.js', { 'accept-encoding': accepted });
    expect(answer?.headers.get('content-encoding')).toBe(encoding);
    expect(answer?.headers.get('vary')).toBe('accept-encoding');
    const bytes = new Uint8Array((await answer?.arrayBuffer()) ?? new ArrayBuffer(0));
    const decoded = encoding === 'br' ? brotliDecompressSync(bytes) : encoding === 'gzip' ? gunzipSync(bytes) : bytes;
    expect(new TextDecoder().decode(decoded)).toBe(TEXT);
  });

  it('has a tag for each form, and is not sent again to who has that form', () => {
    const tagFor = (accepted: string) => get('/assets/app.js', { 'accept-encoding': accepted })?.headers.get('etag') ?? '';
    const [brotli, plain] = [tagFor('br'), tagFor('')];
    expect(brotli).not.toBe(plain);
    expect(get('/assets/app.js', { 'accept-encoding': 'br', 'if-none-match': `"x", W/${brotli}` })?.status).toBe(304);
    expect(get('/assets/app.js', { 'accept-encoding': 'br', 'if-none-match': plain })?.status).toBe(200);
  });

  it('is sent as it is when its variants are of another build, or were not worth it; they are no files themselves', () => {
    expect(get('/assets/stale.js', { 'accept-encoding': 'br' })?.headers.has('content-encoding')).toBe(false);
    expect(get('/index.html', { 'accept-encoding': 'br' })?.headers.has('vary')).toBe(false);
    expect(get('/assets/app.js.br')).toBeUndefined();
  });
});
