import { createLua, createLuaTime } from '../../src/lua/index.ts';
import { createOutgoing } from '../../src/outgoing/index.ts';
import { ensureFirstUser, furnish } from '../../src/server/first-user.ts';
import { createService } from '../../src/server/index.ts';
import { openStore } from '../../src/store/store.ts';
import { createUser, type UserRecord } from '../../src/store/users.ts';
import { describeCommands } from '../../src/surfaces/cli.ts';
import { createLuaSurface } from '../../src/surfaces/lua.ts';
import { toLuaReport } from '../../src/surfaces/lua-report.ts';
import { createModelSurface, type ModelSurface } from '../../src/surfaces/model.ts';
import { withScripts } from '../../src/surfaces/model-lua.ts';
import { createCatalog } from '../../src/toolkit/catalog.ts';
import { createGate } from '../../src/toolkit/gate.ts';
import type { Principal } from '../../src/toolkit/tool.ts';
import type { Clients } from '../../src/tools/clients.ts';
import { tools } from '../../src/tools/index.ts';
import type { CreateBooking } from '../../src/wire/calcom/bookings.ts';
import { createCalcomClient } from '../../src/wire/calcom/index.ts';
import { furnishDiary } from './diary.ts';

/** Monday, nine o'clock in Amsterdam. */
export const NOW = Date.parse('2030-01-07T08:00:00Z');
/** Four weeks earlier, when the diary begins. */
export const THEN = Date.parse('2029-12-10T07:00:00Z');

/** A calendar with a past and a future, behind the real gate and the real service: what the tasks are done on. */
export interface World {
  /** The tools a model is shown, scripts among them. */
  readonly surface: ModelSurface;
  readonly olivia: Principal;
  /** What was said by the person: an address in it is no new one. */
  say(sentence: string): void;
  words(): readonly string[];
  /** One call that must succeed; for what is no task. */
  done(tool: string, input?: unknown): Promise<unknown>;
  /** Somebody books through the public page. */
  visit(booking: CreateBooking): Promise<unknown>;
  setClock(now: number): void;
  close(): Promise<void>;
}

/** Everything is new, and the same every time. Nothing asks: both ways of doing a task would be asked the same questions. */
export async function openWorld(): Promise<World> {
  const store = await openStore({ memory: true });
  let now = THEN;
  const person = { username: 'olivia', name: 'Olivia Owner', email: 'olivia@example.com', timeZone: 'Europe/Amsterdam' };
  const olivia = toPrincipal(await ensureFirstUser(store, { ...person, apiKey: 'cal_000000000000000000000000', now }));
  for (const [username, name, timeZone] of [
    ['bob', 'Bob Babel', 'Europe/London'],
    ['carla', 'Carla Cook', 'Europe/Athens'],
  ] as const) {
    await store.transaction(async (tx) => {
      const user = await createUser(tx, { username, name, email: `${username}@example.com`, timeZone, now });
      await furnish(tx, user, now);
    });
  }
  const service = createService({ store, now: () => now, publicUrl: 'http://cal.test', outgoing: createOutgoing({}), rateLimit: 'off' });
  const clientOf = (userId: number | undefined) =>
    createCalcomClient({
      baseUrl: 'http://kalends.local',
      fetch: async (request) => await service.fetch(request, userId === undefined ? {} : { userId }),
      now: () => now,
      isIdempotent: true,
    });
  const cal = clientOf(olivia.userId);
  const catalog = createCatalog(tools);
  const gate = createGate({
    catalog,
    resolveAccount: () => {
      const clients: Clients = { cal };
      return { name: 'local', kind: 'local', provider: 'cal', clients, rehearse: () => ({ clients, requests: [] }) };
    },
    rules: [{ verdict: 'allow' }],
    allowYes: false,
    approvals: store.approvals,
    journal: store.journal,
    now: () => now,
    processNow: Date.now,
  });
  const lua = createLua();
  const descriptions = describeCommands(catalog);
  let words: readonly string[] = [];
  const surface = withScripts(createModelSurface(catalog, gate), {
    descriptions: () => descriptions,
    async run({ code, args, dryRun, signal, ...caller }) {
      const script = createLuaSurface({ catalog, descriptions, gate }, { ...caller, surface: 'chat', script: 'execute_lua' });
      const outcome = await lua.run({
        source: code,
        catalogue: script.catalogue,
        onCall: script.onCall,
        time: createLuaTime({ now: () => now, timeZone: olivia.timeZone }),
        ...(args === undefined ? {} : { args }),
        ...(signal === undefined ? {} : { signal }),
      });
      return toLuaReport(outcome, { dryRun, planned: script.planned() });
    },
  });
  const world: World = {
    surface,
    olivia,
    say: (sentence) => {
      words = [...words, sentence];
    },
    words: () => words,
    visit: (booking) => clientOf(undefined).createBooking(booking),
    setClock: (at) => {
      now = at;
    },
    async done(tool, input = {}) {
      const outcome = await gate.call({ principal: olivia, surface: 'chat', tool, input, consent: true });
      if (outcome.status === 'done') return outcome.output;
      throw new Error(`${tool} ${JSON.stringify(input)}: ${JSON.stringify(outcome)}`);
    },
    async close() {
      await lua.close();
      await store.close();
    },
  };
  await furnishDiary(world);
  return world;
}

function toPrincipal({ id, username, name, email, timeZone }: UserRecord): Principal {
  return { userId: id, username, name, email, timeZone };
}
