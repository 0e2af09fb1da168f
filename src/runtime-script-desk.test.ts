import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from './errors.ts';
import type { ScriptDesk } from './owner/scripts.ts';
import { createScriptDesk } from './runtime-script-desk.ts';
import { addScriptRun } from './store/script-runs.ts';
import { findScript, switchScript } from './store/scripts.ts';
import { openStore, type Store } from './store/store.ts';
import { testSeedArchive } from './store/test-engines.ts';
import { createUser } from './store/users.ts';
import { createRedactor } from './toolkit/redact.ts';

const NOW = Date.parse('2030-01-07T08:00:00Z');

let store: Store;
let userId: number;
let desk: ScriptDesk;

beforeAll(async () => {
  store = await openStore({ memory: true, seedArchive: await testSeedArchive() });
  const user = await createUser(store.db, { username: 'ada', name: 'Ada', email: 'ada@example.com', timeZone: 'Europe/Berlin', now: NOW });
  userId = user.id;
  desk = createScriptDesk({
    store,
    now: () => NOW,
    book: {
      find(_provider: string, name: string) {
        if (name !== 'work') throw new AppError('not_configured', `"${name}" is no account for Cal.com.`);
        return { kind: 'local' };
      },
    } as unknown as Parameters<typeof createScriptDesk>[0]['book'], // all that is asked of it here
    lua: {
      check: async (source) =>
        source.includes('retrun') ? { code: 'syntax', message: '<eof> expected', line: 2, retryable: false } : undefined,
      runSaved: () => Promise.reject(new Error('Nothing is run here.')),
    },
    scripts: { wake: () => undefined },
    redactor: createRedactor(['cal_0123456789abcdef']),
    owner: async () => ({ userId, username: 'ada', name: 'Ada', email: user.email, timeZone: 'Europe/Berlin' }),
  });
});
afterAll(() => store.close());

describe('saving a script', () => {
  it('tells when it runs next, in its zone', async () => {
    const { script, isNew } = await desk.save({ name: 'Standup', source: 'return 1', cron: '0 9 * * 1-5' });
    expect({ isNew, ...script }).toMatchObject({ isNew: true, name: 'standup', zone: 'Europe/Berlin', version: 1, attempts: 3 });
    expect(script.nextTicks).toEqual(['2030-01-08T08:00:00.000Z', '2030-01-09T08:00:00.000Z', '2030-01-10T08:00:00.000Z']);
  });

  it('counts versions by the source', async () => {
    await desk.save({ name: 'counted', source: 'return 1' });
    expect((await desk.save({ name: 'counted', source: 'return 1', retries: 0 })).script).toMatchObject({ version: 1, attempts: 1 });
    expect(await desk.save({ name: 'counted', source: 'return 2' })).toMatchObject({ isNew: false, script: { version: 2, attempts: 3 } });
  });

  it('warns of a key that stands in it', async () => {
    expect((await desk.save({ name: 'leaky', source: 'local key = "cal_0123456789abcdef"' })).notices).toHaveLength(1);
  });

  it.each([
    ['a name that is none', { name: 'my script!' }, /"my script!" is no name/],
    ['no text', { source: ' \n' }, /is empty/],
    ['what does not compile', { source: 'x\nretrun 1' }, /does not compile, line 2: <eof> expected/],
    ['what is too long', { source: 'x'.repeat(262_001) }, /has 262001 bytes/],
    ['what is no text', { source: 'return "\u0000"' }, /no text/],
    ['a schedule that is none', { cron: '0 25 * * *' }, /"25" is no hour/],
    ['a zone without a schedule', { zone: 'Europe/Berlin' }, /no schedule/],
    ['a zone that is none', { cron: '0 9 * * *', zone: 'Berlin' }, /"Berlin" is no time zone/],
    ['an event that is none', { triggers: ['BOOKING_CREATE'] }, /no event "BOOKING_CREATE"/],
    ['an account that is none', { account: 'home' }, /"home" is no account/],
    ['too many retries', { retries: 10 }, /"10" is no number of retries/],
    ['too long a delay', { retryDelaySeconds: 3601 }, /"3601" is no delay/],
  ])('refuses %s', async (_what, wrong, words) => {
    await expect(desk.save({ name: 'wrong', source: 'return 1', ...wrong })).rejects.toThrow(words);
    expect(await findScript(store.db, userId, 'wrong')).toBeUndefined();
  });
});

describe('a script that is saved', () => {
  it('is found by its name, or the closest is told', async () => {
    await desk.save({ name: 'greeting', source: 'return 1' });
    expect(await desk.show('GREETING')).toMatchObject({ name: 'greeting' });
    await expect(desk.show('greting')).rejects.toMatchObject({ code: 'not_found', hint: expect.stringContaining('greeting') });
    await expect(desk.findRun('greeting', 999, 0)).rejects.toThrow('has no run "999"');
  });

  it('starts by itself only while it is switched on', async () => {
    const { script } = await desk.save({ name: 'nightly', source: 'return 1', cron: '0 3 * * *', triggers: ['BOOKING_CREATED'] });
    expect(script.triggers).toEqual(['BOOKING_CREATED']);
    const id = (await findScript(store.db, userId, 'nightly'))?.id ?? '';
    await addScriptRun(store.db, { scriptId: id, cause: 'event', causeKey: 'one', processNow: NOW });
    await desk.run('nightly', {});
    expect(await desk.setEnabled('nightly', false)).toMatchObject({ enabled: false, nextAt: null, nextTicks: [] });
    expect(await desk.runs('nightly', 10)).toMatchObject([
      { cause: 'manual', state: 'queued' },
      { cause: 'event', state: 'skipped', reason: 'The script was switched off.' },
    ]);
    expect(await desk.setEnabled('nightly', true)).toMatchObject({ enabled: true, nextAt: '2030-01-08T02:00:00.000Z' });
  });

  it('is switched off also where it was paused, with what waits', async () => {
    await desk.save({ name: 'busy', source: 'return 1', triggers: ['BOOKING_CREATED'] });
    const id = (await findScript(store.db, userId, 'busy'))?.id ?? '';
    await addScriptRun(store.db, { scriptId: id, cause: 'event', causeKey: 'one', processNow: NOW });
    await switchScript(store.db, id, { enabled: false, pausedReason: 'Too often.', nextAt: null, processNow: NOW });
    expect(await desk.setEnabled('busy', false)).toMatchObject({ enabled: false, pausedReason: null });
    expect(await desk.runs('busy', 10)).toMatchObject([{ state: 'skipped', reason: 'The script was switched off.' }]);
  });

  it('is gone with its runs when it is removed', async () => {
    await desk.save({ name: 'short', source: 'return 1' });
    await desk.run('short', {});
    expect(await desk.remove('short')).toEqual({ removed: 'short', wasRunning: false });
    await expect(desk.runs('short', 1)).rejects.toMatchObject({ code: 'not_found' });
  });
});
