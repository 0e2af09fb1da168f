import { registerHooks } from 'node:module';

/** Loaded before a client whose host stands in its code: its files read `KALENDS_TEST_URL` in that place, and lie untouched on the disk. */
const HOST = 'https://api.cal.com';
const target = process.env.KALENDS_TEST_URL;
if (target === undefined) throw new Error('KALENDS_TEST_URL is not set.');

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const { source } = loaded;
    if (!url.includes('/@calcom/cal-mcp/') || source === undefined || source === null) return loaded;
    const text = typeof source === 'string' ? source : Buffer.from(source as Uint8Array).toString('utf8');
    return { ...loaded, source: text.replaceAll(HOST, target) };
  },
});
