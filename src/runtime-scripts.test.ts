import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { JobCall, JobQueue } from './jobs/index.ts';
import type { SavedScript } from './runtime-lua.ts';
import { createScripts, MOST_EVENT_RUNS, MOST_RUNS_KEPT, type Scripts } from './runtime-scripts.ts';
import { getChange, recordChange, takeUndispatched } from './store/outbox.ts';
import { addScriptRun, listScriptRuns } from './store/script-runs.ts';
import { getScript, type SavedScript as NewScript, type ScriptRecord, saveScript } from './store/scripts.ts';
import type { Store } from './store/store.ts';
import { type TestEngine, testEngines } from './store/test-engines.ts';
import { createUser } from './store/users.ts';
import type { LuaReport } from './surfaces/lua-report.ts';
import { createRedactor } from './toolkit/redact.ts';
import type { Principal } from './toolkit/tool.ts';

const NOW = Date.parse('2030-01-07T08:00:00Z');
const SECRET = 'whsec-0123456789';

describe.each(testEngines)('saved scripts on $engine', ({ start }) => {
  let engine: TestEngine;
  let store: Store;
  let ada: Principal;
  let scripts: Scripts;
  let other: Scripts;
  /** What the sandbox would say. */
  let behave: (script: SavedScript) => Promise<Partial<LuaReport>>;
  /** What reached the gate. */
  let writes: unknown[];
  /** Jobs that were sent and not run. */
  let sent: string[];

  let people = 0;

  beforeAll(async () => {
    engine = await start();
    store = await engine.openStore();
  });
  afterAll(async () => {
    await store.close();
    await engine.stop();
  });

  beforeEach(async () => {
    people += 1;
    const username = `ada${people}`;
    const user = await createUser(store.db, { username, name: 'Ada', email: `${username}@example.com`, timeZone: 'UTC', now: NOW });
    ada = { userId: user.id, username, name: 'Ada', email: user.email, timeZone: 'UTC' };
    behave = async () => ({});
    sent = [];
    writes = [];
    [scripts, other] = [openScripts(), openScripts()];
  });

  function openScripts(principal: () => Promise<Principal | undefined> = async () => ada): Scripts {
    return createScripts({
      store,
      now: () => NOW,
      publicUrl: 'http://kalends.test',
      gate: () => ({
        async call({ input }) {
          writes.push(input);
          return { status: 'done', output: { uid: 'made' }, card: { kind: 'notice', title: 'Done' } };
        },
      }),
      jobs: () => ({ ...queue, start: async () => {}, wake: () => {}, stop: async () => {} }),
      effectOf: () => 'write',
      principal,
      runLua: async (script) => toReport(await behave(script)),
      redactor: () => createRedactor([SECRET]),
    });
  }

  const queue: JobQueue = {
    async send(_job, data) {
      sent.push((data as { scriptId: string }).scriptId); // the only job there is
    },
  };
  const call: JobCall = { id: 'job', attempt: 1, isLastAttempt: false, signal: new AbortController().signal, queue };

  const save = (more: Partial<NewScript> = {}): Promise<ScriptRecord> =>
    store.transaction((tx) =>
      saveScript(tx, {
        ...{ userId: ada.userId, name: 'tidy', description: '', source: 'return 1', args: {}, account: null, cron: null, zone: null },
        ...{ triggers: ['OOO_CREATED'], attempts: 2, delaySeconds: 60, nextAt: null, processNow: Date.now(), ...more },
      }),
    );

  /** Does what is due, in this process. */
  async function work({ id }: ScriptRecord, by = scripts): Promise<void> {
    sent = [id];
    for (let next = sent.shift(); next !== undefined; next = sent.shift()) await by.jobs[0]?.run({ scriptId: next }, call);
  }

  const runsOf = async ({ id }: ScriptRecord) => (await listScriptRuns(store.db, id, 500)).toReversed();
  const startByHand = ({ id }: ScriptRecord) => addScriptRun(store.db, { scriptId: id, cause: 'manual', processNow: Date.now() });

  /** Something happens, and the outbox passes it on. */
  async function happen(count = 1): Promise<readonly string[]> {
    return await store.transaction(async (tx) => {
      for (let time = 0; time < count; time++) {
        await recordChange(tx, { trigger: 'OOO_CREATED', userId: ada.userId, details: { number: time + 1 }, at: NOW });
      }
      return (await takeUndispatched(tx, { limit: 500 })).ids;
    });
  }

  async function tell(ids: readonly string[], by = scripts): Promise<void> {
    for (const id of ids) {
      const change = await getChange(store.db, id);
      if (change !== undefined) await by.consumers[0]?.handle(change, call);
    }
  }

  it('are tried again after a pause, and no sooner', async () => {
    const script = await save();
    await startByHand(script);
    let tries = 0;
    behave = async () => {
      tries += 1;
      return tries === 1 ? { error: { code: 'upstream', message: 'Away.', retryable: true }, success: false } : {};
    };
    await work(script);
    expect(await runsOf(script)).toMatchObject([
      {
        state: 'queued',
        attempt: 1,
        reason: 'Attempt 1 of 2: Away. It is tried again in 60 s.',
        history: [{ attempt: 1, error: { message: 'Away.' } }],
      },
    ]);
    await work(script);
    expect(tries).toBe(1);
    await store.executeSql('update script_runs set due_at = now()');
    await work(script);
    expect(await runsOf(script)).toMatchObject([{ state: 'succeeded', attempt: 2 }]);
  });

  it('are not tried again once they were saved anew', async () => {
    const script = await save();
    await startByHand(script);
    behave = async () => ({ error: { code: 'upstream', message: 'Away.', retryable: true }, success: false });
    await work(script);
    await save({ source: 'return 2' });
    await store.executeSql('update script_runs set due_at = now()');
    await work(script);
    expect(await runsOf(script)).toMatchObject([
      { state: 'failed', reason: 'The script was saved anew after attempt 1: it is not tried again.' },
    ]);
  });

  it('hear of each change once and in order, whoever is told of it first', async () => {
    const script = await save();
    const [first = '', second = '', third = ''] = await happen(3);
    await tell([third, first]);
    await tell([second, third, first], other);
    const order: unknown[] = [];
    behave = async ({ args }) => {
      order.push((args as { event: { payload: { number: number } } }).event.payload.number);
      return {};
    };
    await work(script);
    expect(order).toEqual([1, 2, 3]);
    expect(await runsOf(script)).toHaveLength(3);
  });

  it('do not hear of what happened before they were saved, or while they were switched off', async () => {
    const before = await happen();
    const script = await save();
    await tell(await happen());
    expect(await runsOf(script)).toHaveLength(1);
    expect(before).toHaveLength(1);
  });

  it('are paused when events start them too often, and lose none of them', async () => {
    const script = await save();
    await tell(await happen(MOST_EVENT_RUNS + 2));
    await work(script);
    const states = (await runsOf(script)).map(({ state }) => state);
    expect([states.filter((state) => state === 'succeeded').length, states.filter((state) => state === 'queued').length]).toEqual([
      MOST_EVENT_RUNS,
      2,
    ]);
    expect(await getScript(store.db, script.id)).toMatchObject({
      enabled: false,
      pausedReason: expect.stringContaining('It was started by events 60 times within an hour, and paused'),
    });
  });

  it('run in one process at a time', async () => {
    if (store.engine === 'pglite') return;
    const script = await save();
    await startByHand(script);
    await startByHand(script);
    let under = 0;
    let most = 0;
    behave = async () => {
      under += 1;
      most = Math.max(most, under);
      await new Promise((done) => setTimeout(done, 50));
      under -= 1;
      return {};
    };
    await Promise.all([work(script), work(script, other)]);
    await work(script);
    expect([most, (await runsOf(script)).map(({ state }) => state)]).toEqual([1, ['succeeded', 'succeeded']]);
  });

  it('are taken over from a process that is gone', async () => {
    const script = await save();
    await startByHand(script);
    behave = () => new Promise(() => undefined);
    void scripts.jobs[0]?.run({ scriptId: script.id }, call);
    await until(async () => (await runsOf(script))[0]?.state === 'running');
    // On the embedded database another process is alone; elsewhere the lease says it.
    await store.executeSql(`update script_runs set lease_until = now() - interval '1 second'`);
    behave = async () => ({});
    await work(script, other);
    expect(await runsOf(script)).toMatchObject([{ state: 'queued', attempt: 1, history: [{ error: { code: 'interrupted' } }] }]);
    const [entry] = await store.journal.list(ada.userId, { limit: 10 });
    expect(entry).toMatchObject({ tool: 'scripts.run', state: 'failed', script: expect.stringMatching(/^tidy, run \d+$/) });
  });

  it('are not started by what hosted Cal.com tells of their own doing', async () => {
    const script = await save({ triggers: ['BOOKING_CREATED'] });
    behave = async ({ gate }) => {
      await gate?.call({ principal: ada, surface: 'automation', tool: 'cal.cancel_booking', input: { booking_uid: 'mine' } });
      return {};
    };
    await startByHand(script);
    await work(script);
    const news = {
      userId: ada.userId,
      account: 'work',
      trigger: 'BOOKING_CREATED',
      createdAt: '2030-01-07T08:00:00Z',
      payload: { uid: 'mine' },
    };
    await store.transaction((tx) => scripts.tell({ ...news, digest: 'one', bookingUids: ['mine'] }, tx));
    await store.transaction((tx) => scripts.tell({ ...news, digest: 'two', bookingUids: ['other'] }, tx));
    await store.transaction((tx) => scripts.tell({ ...news, digest: 'two', bookingUids: ['other'] }, tx));
    expect((await runsOf(script)).map(({ state }) => state)).toEqual(['succeeded', 'skipped', 'queued']);
    expect((await runsOf(script))[2]).toMatchObject({ event: { triggerEvent: 'BOOKING_CREATED', account: 'work' } });
  });

  const cancel = (gate: SavedScript['gate'], uid: string) =>
    gate?.call({ principal: ada, surface: 'automation', tool: 'cal.cancel_booking', input: { booking_uid: uid } });
  const hosted = (digest: string, uid: string) =>
    store.transaction((tx) =>
      scripts.tell(
        {
          ...{ userId: ada.userId, account: 'work', trigger: 'BOOKING_CREATED', createdAt: '2030-01-07T08:00:00Z' },
          ...{ payload: { uid: 'fresh', rescheduleUid: uid }, digest, bookingUids: ['fresh', uid] },
        },
        tx,
      ),
    );

  it('are not started by what hosted Cal.com tells of their own doing while they still run', async () => {
    const script = await save({ triggers: ['BOOKING_CREATED'] });
    behave = async ({ gate }) => {
      behave = async () => ({});
      await cancel(gate, 'mine');
      await hosted('echo', 'mine');
      return {};
    };
    await startByHand(script);
    await work(script);
    expect(await runsOf(script)).toMatchObject([
      { state: 'succeeded' },
      { state: 'skipped', reason: 'It came of this script itself, which is not started by what it did.' },
    ]);
  });

  it('are started by what hosted Cal.com told before they touched it', async () => {
    const script = await save({ triggers: ['BOOKING_CREATED'] });
    await hosted('first', 'mine');
    await hosted('second', 'mine');
    // Long enough before that no two clocks are so far apart.
    await store.executeSql(`update script_runs set created_at = created_at - interval '1 minute'`);
    behave = async ({ gate }) => {
      await cancel(gate, 'mine');
      return {};
    };
    await work(script);
    expect((await runsOf(script)).map(({ state }) => state)).toEqual(['succeeded', 'succeeded']);
  });

  /** Begins a run by hand whose sandbox calls once and then hangs; answers what makes it call again. */
  async function hang(script: ScriptRecord): Promise<() => Promise<unknown>> {
    await startByHand(script);
    let again: (() => Promise<unknown>) | undefined;
    behave = async ({ gate }) => {
      await cancel(gate, 'mine');
      again = async () => cancel(gate, 'another');
      return new Promise(() => undefined);
    };
    void scripts.jobs[0]?.run({ scriptId: script.id }, call);
    await until(async () => again !== undefined);
    await store.executeSql(`update script_runs set lease_until = now() - interval '1 minute' where state = 'running'`);
    return async () => again?.();
  }

  it('go on in their process when its clock leaps', async () => {
    const script = await save();
    await hang(script);
    await work(script);
    expect(await runsOf(script)).toMatchObject([{ state: 'running', attempt: 1 }]);
  });

  it('write no more once they were given to somebody else', async () => {
    const script = await save({ attempts: 2 });
    const callAgain = await hang(script);
    await work(script, other);
    await store.executeSql('update script_runs set due_at = now()');
    let late: unknown;
    behave = async ({ gate }) => {
      await cancel(gate, 'mine');
      late = await callAgain().catch((error: unknown) => error);
      return {};
    };
    await work(script, other);
    expect(late).toMatchObject({ code: 'conflict' });
    expect(writes).toEqual([{ booking_uid: 'mine' }]);
    expect(await runsOf(script)).toMatchObject([{ state: 'succeeded', attempt: 2, touched: expect.arrayContaining(['mine', 'made']) }]);
  });

  it('repeat no change where they were given more retries meanwhile', async () => {
    const script = await save({ attempts: 1 });
    await hang(script);
    await save({ attempts: 3 });
    await work(script, other);
    await store.executeSql('update script_runs set due_at = now()');
    behave = async ({ gate }) => {
      await cancel(gate, 'mine');
      return {};
    };
    await work(script, other);
    expect(await runsOf(script)).toMatchObject([{ state: 'succeeded', attempt: 2 }]);
    expect(writes).toHaveLength(1);
  });

  it('are not started by what they did before they were killed', async () => {
    const script = await save({ triggers: ['BOOKING_CREATED'], attempts: 1 });
    await hang(script);
    await work(script, other);
    await hosted('echo', 'made');
    expect((await runsOf(script)).map(({ state }) => state)).toEqual(['interrupted', 'skipped']);
  });

  it('run on their schedules beside one that cannot be read', async () => {
    const broken = await save({ name: 'broken', cron: '0 9 * * *', zone: 'Mars/Olympus', nextAt: NOW - 1000 });
    const good = await save({ name: 'good', cron: '0 8 * * *', zone: 'UTC', nextAt: NOW });
    scripts.start();
    await until(async () => (await runsOf(good)).length === 1);
    await scripts.stop();
    expect(await getScript(store.db, broken.id)).toMatchObject({
      enabled: false,
      nextAt: null,
      pausedReason: expect.stringContaining('Its schedule "0 9 * * *" in "Mars/Olympus" cannot be read'),
    });
    expect(await runsOf(broken)).toEqual([]);
  });

  it('keep and journal no secrets', async () => {
    const script = await save();
    await startByHand(script);
    behave = async () => ({ output: `the key is ${SECRET}`, result: [SECRET] });
    await work(script);
    expect(JSON.stringify([await runsOf(script), await store.journal.list(ada.userId, { limit: 10 })])).not.toContain(SECRET);
    expect(await store.journal.verify()).toMatchObject({ ok: true });
  });

  it('keep a bounded number of runs', async () => {
    const script = await save();
    for (let run = 0; run < MOST_RUNS_KEPT + 5; run++) {
      await addScriptRun(store.db, { scriptId: script.id, cause: 'schedule', skipped: 'So.', processNow: Date.now() });
    }
    await startByHand(script);
    await work(script);
    expect(await runsOf(script)).toHaveLength(MOST_RUNS_KEPT);
  });

  it('end with their person', async () => {
    const script = await save();
    await startByHand(script);
    const lonely = openScripts(async () => undefined);
    await work(script, lonely);
    expect(await runsOf(script)).toMatchObject([{ state: 'failed', reason: 'Its person is not there any more, or is switched off.' }]);
  });
});

function toReport(part: Partial<LuaReport>): LuaReport {
  const nothing = { success: true, output: '', result: null, error: null, execution_time_ms: 1, memory_usage: 1, integration_calls: [] };
  const meta = { name: 'tidy', warnings: [], instructions: 1, waited_ms: 0, dry_run: false, permission_bypassed: false, account: null };
  return { ...nothing, meta: meta as unknown as LuaReport['meta'], ...part }; // its budgets are of no matter here
}

async function until(isThere: () => Promise<boolean>): Promise<void> {
  while (!(await isThere())) await new Promise((done) => setTimeout(done, 10));
}
