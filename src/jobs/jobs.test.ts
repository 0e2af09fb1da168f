import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type ChangeRecord, hasUndispatched, recordChange } from '../store/outbox.ts';
import type { Store } from '../store/store.ts';
import { type TestEngine, testEngines } from '../store/test-engines.ts';
import { createUser } from '../store/users.ts';
import { createJobs, defineJob, type JobCall, type JobFailure, type Jobs, type JobsOptions, onChange } from './index.ts';

const NOW = Date.parse('2030-01-07T08:00:00Z');
const note = z.object({ note: z.string() });
const QUICK = { attempts: 3, delaySeconds: 0, maximumDelaySeconds: 1 };

/** However busy the machine is. */
const eventually = (look: () => unknown) => expect.poll(look, { timeout: 15_000 });

describe.each(testEngines)('jobs on $engine', ({ start }) => {
  let engine: TestEngine;
  let store: Store;
  let userId: number;
  const running: Jobs[] = [];
  const failures: JobFailure[] = [];

  beforeAll(async () => {
    engine = await start();
    store = await engine.openStore();
    userId = (await createUser(store.db, { username: 'ada', name: 'Ada', email: 'ada@example.com', timeZone: 'UTC', now: NOW })).id;
  }, 60_000);

  afterEach(async () => {
    await Promise.all(running.splice(0).map((jobs) => jobs.stop()));
    failures.length = 0;
  });

  afterAll(async () => {
    await store.close();
    await engine.stop();
  });

  async function startJobs(options: Partial<JobsOptions>): Promise<Jobs> {
    const jobs = createJobs({
      store,
      now: () => NOW,
      jobs: [],
      consumers: [],
      onFailure: (failure) => failures.push(failure),
      pollMs: 50,
      sweepMs: 50,
      ...options,
    });
    running.push(jobs);
    await jobs.start();
    return jobs;
  }

  const record = (text: string) =>
    store.transaction((tx) => recordChange(tx, { trigger: 'OOO_CREATED', userId, details: { text }, at: NOW }));

  it('run what was sent, once, and again after a failure until no attempt is left', async () => {
    const calls: [string, number, boolean][] = [];
    const job = defineJob({
      name: 'test.retry',
      schema: note,
      retry: QUICK,
      async run(data, { attempt, isLastAttempt }: JobCall) {
        calls.push([data.note, attempt, isLastAttempt]);
        if (data.note === 'bad') throw new Error('not today');
      },
    });
    const jobs = await startJobs({ jobs: [job] });
    await jobs.send(job, { note: 'good' });
    await jobs.send(job, { note: 'bad' });
    await eventually(() => calls.length).toBe(4);
    await eventually(() => failures.length).toBe(3);
    expect(calls.filter(([name]) => name === 'good')).toEqual([['good', 1, false]]);
    expect(calls.filter(([name]) => name === 'bad')).toEqual([
      ['bad', 1, false],
      ['bad', 2, false],
      ['bad', 3, true],
    ]);
    expect(failures.map(({ attempt, isLast, error }) => [attempt, isLast, String(error)])).toEqual([
      [1, false, 'Error: not today'],
      [2, false, 'Error: not today'],
      [3, true, 'Error: not today'],
    ]);
  }, 30_000);

  it('exist with the transaction that sent them, and once for one id', async () => {
    const seen: string[] = [];
    const job = defineJob({ name: 'test.transaction', schema: note, run: async (data) => void seen.push(data.note) });
    const jobs = await startJobs({ jobs: [job] });
    const undone = store.transaction(async (tx) => {
      await jobs.send(job, { note: 'undone' }, { tx });
      throw new Error('the rest failed');
    });
    await expect(undone).rejects.toThrow('the rest failed');
    const id = '01234567-89ab-4def-8123-456789abcdef';
    for (const name of ['first', 'second']) await store.transaction((tx) => jobs.send(job, { note: name }, { tx, id }));
    await eventually(() => seen).toEqual(['first']);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(seen).toEqual(['first']);
  });

  it('tell a consumer of the changes it chose and of no others', async () => {
    const seen: unknown[] = [];
    let chosen: readonly string[] = [];
    const choosy = onChange('test.choosy', async ({ id }) => void seen.push(id), {
      async choose(_tx, changeIds) {
        chosen = [...chosen, ...changeIds.slice(0, 1)];
        return changeIds.slice(0, 1);
      },
    });
    const every: unknown[] = [];
    for (const text of ['one', 'two', 'three']) await record(text);
    await startJobs({ consumers: [choosy, onChange('test.every', async ({ id }) => void every.push(id))] });
    await eventually(() => every.length).toBeGreaterThanOrEqual(3);
    await eventually(() => seen.length).toBe(chosen.length);
    expect(seen.toSorted()).toEqual(chosen.toSorted());
  });

  it('of one group go on when the places of the group come free', async () => {
    let count = 0;
    const job = defineJob({
      name: 'test.group',
      schema: note,
      groupConcurrency: 2,
      run: async () => {
        await new Promise((resolve) => setTimeout(resolve, 100));
        count += 1;
      },
    });
    const jobs = await startJobs({ jobs: [job], pollMs: 600_000 });
    // The later ones are looked for while the group is full.
    for (let index = 0; index < 8; index++) await jobs.send(job, { note: String(index) }, { group: 'one' });
    await eventually(() => count).toBe(8);
  });

  it('wait for their delay', async () => {
    const seen: number[] = [];
    const job = defineJob({ name: 'test.delay', schema: note, run: async () => void seen.push(Date.now()) });
    const jobs = await startJobs({ jobs: [job] });
    const sentAt = Date.now();
    await jobs.send(job, { note: 'later' }, { delaySeconds: 1 });
    await eventually(() => seen.length).toBe(1);
    expect((seen[0] ?? 0) - sentAt).toBeGreaterThanOrEqual(990);
  });

  it('are put back when the process stops, without losing an attempt', async () => {
    const attempts: number[] = [];
    const job = defineJob({
      name: 'test.stop',
      schema: note,
      async run(_data, { attempt, signal }) {
        attempts.push(attempt);
        if (attempts.length > 1) return;
        await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      },
    });
    const first = await startJobs({ jobs: [job] });
    await first.send(job, { note: 'long' });
    await eventually(() => attempts.length).toBe(1);
    await first.stop();
    await startJobs({ jobs: [job] });
    await eventually(() => attempts).toEqual([1, 1]);
    expect(failures).toEqual([]);
  }, 20_000);

  it('tell every consumer of every change, one whose neighbour fails too', async () => {
    const heard: string[] = [];
    const well = onChange('well', async ({ payload }) => void heard.push(String(payload.details?.text)));
    const ill = onChange('ill', async () => {
      throw new Error('always');
    });
    await record('before the start');
    const jobs = await startJobs({ consumers: [well, ill] });
    await eventually(() => heard).toEqual(['before the start']);
    await record('found by the sweep');
    await eventually(() => heard.length).toBe(2);
    await record('told at once');
    jobs.wake();
    await eventually(() => heard.length).toBe(3);
    expect(await hasUndispatched(store.db)).toBe(false);
    await eventually(() => failures.filter(({ job }) => job === 'changes.ill').length).toBeGreaterThanOrEqual(3);
  });

  it('tell of many changes at once where a consumer takes them, and of each by itself when that fails', async () => {
    const together: string[][] = [];
    const alone: string[] = [];
    const textOf = ({ payload: { details } }: ChangeRecord) => String(details?.text);
    const several = onChange('test.together', async (change) => void alone.push(textOf(change)), {
      async handleTogether(changes) {
        together.push(changes.map(textOf));
        if (together.length === 1) throw new Error('too much at once');
      },
    });
    for (const text of ['one', 'two', 'three']) await record(text);
    const jobs = await startJobs({ consumers: [several], sweepMs: 600_000 });
    await eventually(() => alone.toSorted()).toEqual(['one', 'three', 'two']);
    await store.transaction(async (tx) => {
      for (const text of ['four', 'five']) await recordChange(tx, { trigger: 'OOO_CREATED', userId, details: { text }, at: NOW });
    });
    jobs.wake();
    await eventually(() => together).toEqual([
      ['one', 'two', 'three'],
      ['four', 'five'],
    ]);
    expect(alone).toHaveLength(3);
  });

  it('tell again of a change that failed, and of none that it was told with', async () => {
    const heard: string[] = [];
    const picky = onChange('test.picky', async ({ payload: { details } }, { attempt }) => {
      heard.push(`${details?.text} ${attempt}`);
      if (details?.text === 'bad' && attempt === 1 && heard.filter((one) => one === 'bad 1').length === 1) throw new Error('not at first');
    });
    for (const text of ['good', 'bad', 'better']) await record(text);
    await startJobs({ consumers: [picky], sweepMs: 600_000 });
    await eventually(() => heard).toEqual(['good 1', 'bad 1', 'better 1', 'bad 1']);
    expect(failures).toEqual([]);
  });

  it('tell of a change that an older version queued by itself', async () => {
    const heard: string[] = [];
    const chosen: string[] = [];
    const consumer = onChange('test.older', async ({ payload }) => void heard.push(String(payload.details?.text)), {
      async choose(_tx, changeIds) {
        chosen.push(...changeIds);
        return [];
      },
    });
    const jobs = await startJobs({ consumers: [consumer] });
    await record('queued before');
    await eventually(() => chosen).toHaveLength(1);
    const older = defineJob({ name: 'changes.test.older', schema: z.object({ changeId: z.string() }), run: async () => {} });
    await jobs.send(older, { changeId: chosen[0] ?? '' });
    await eventually(() => heard).toEqual(['queued before']);
    expect(failures).toEqual([]);
  });

  it('share the changes between processes', async () => {
    const heard: string[] = [];
    const consumers = [onChange('shared', async ({ payload }) => void heard.push(String(payload.details?.text)))];
    await Promise.all([startJobs({ consumers }), startJobs({ consumers }), startJobs({ consumers })]);
    const texts = Array.from({ length: 40 }, (_, index) => `change ${index}`);
    await Promise.all(texts.map(record));
    await eventually(() => heard.length).toBe(40);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(heard.toSorted()).toEqual(texts.toSorted());
  }, 20_000);
});
