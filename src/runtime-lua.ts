import { randomUUID } from 'node:crypto';
import { AppError, toAppError } from './errors.ts';
import type { LuaAnswer, LuaError, LuaRunner, LuaSetting, LuaTime } from './lua/index.ts';
import type { LuaDesk, LuaRunContext, LuaWish } from './owner/lua.ts';
import type { Accounts } from './runtime-accounts.ts';
import type { Answers } from './runtime-answers.ts';
import type { McpClient } from './runtime-mcp-client.ts';
import { type CommandDescription, describeCommands } from './surfaces/cli.ts';
import { createLuaSurface, type LuaCaller, type LuaSurface } from './surfaces/lua.ts';
import type { LuaServer } from './surfaces/lua-catalogue.ts';
import { type LuaLimits, type LuaReport, toLuaReport } from './surfaces/lua-report.ts';
import type { LuaServers } from './surfaces/lua-servers.ts';
import type { ModelScripts } from './surfaces/model-lua.ts';
import type { PendingApproval } from './toolkit/approval.ts';
import { type Catalog, providerOf } from './toolkit/catalog.ts';
import { projectOf } from './toolkit/foreign.ts';
import type { Gate } from './toolkit/gate.ts';
import type { Redactor } from './toolkit/redact.ts';
import { checkTimeZone } from './toolkit/time-zone.ts';
import type { Principal } from './toolkit/tool.ts';

export interface LuaParts {
  readonly catalog: Catalog;
  readonly gate: () => Pick<Gate, 'call'>;
  readonly answers: Answers;
  readonly accounts: Pick<Accounts, 'namesFor'>;
  readonly foreign: McpClient;
  readonly redactor: Redactor;
  /** The domain clock, epoch milliseconds. */
  readonly now: () => number;
  /** The person behind the socket. */
  readonly owner: () => Promise<Principal>;
  readonly mayRaiseLimits: boolean;
}

/** A script of somebody's agent. */
export interface AgentScript {
  readonly principal: Principal;
  readonly code: string;
  readonly surface: 'mcp' | 'chat' | 'http';
  readonly args?: unknown;
  readonly dryRun?: boolean;
  readonly conversationId?: string;
  readonly turnId?: string;
  readonly timeZone?: string;
  /** The sentence that led here, for the journal. */
  readonly utterance?: string;
  /** What the person has said so far. */
  readonly words?: readonly string[];
  readonly limits?: LuaLimits;
  readonly signal?: AbortSignal;
  /** Is told of each write that waits for the person. */
  readonly onPending?: (approval: PendingApproval) => void;
}

/** A script that runs by itself: nobody is asked, and nothing is forced. */
export interface SavedScript {
  readonly principal: Principal;
  readonly source: string;
  /** As errors name it. */
  readonly name: string;
  /** As the journal names its calls. */
  readonly script: string;
  readonly args?: unknown;
  readonly account?: string;
  readonly dryRun?: boolean;
  /** The gate, or what stands before it. */
  readonly gate?: Pick<Gate, 'call'>;
  /** What it is told the time is, epoch milliseconds; the domain clock when absent. */
  readonly now?: number;
  readonly signal: AbortSignal;
}

/** Everything that runs Lua in this process. */
export interface LuaHost {
  readonly desk: LuaDesk;
  runForAgent(script: AgentScript): Promise<LuaReport>;
  /** Scripts of the model in the chat. */
  readonly chat: ModelScripts;
  runSaved(script: SavedScript): Promise<LuaReport>;
  /** Why the source does not compile; nothing of it runs. */
  check(source: string, name: string): Promise<LuaError | undefined>;
  close(): Promise<void>;
}

/** What a script answers stands in the conversation for the rest of it. */
const CHAT_LIMITS: LuaLimits = { outputBytes: 32_768 };

type Wish = Omit<LuaWish, 'surface' | 'limits'> &
  Pick<LuaCaller, 'surface' | 'conversationId' | 'turnId' | 'onPending'> &
  Pick<LuaWish, 'limits'>;

export function createLuaHost(parts: LuaParts): LuaHost {
  const { catalog, gate, answers, redactor, now } = parts;
  let descriptions: readonly CommandDescription[] | undefined;
  let opened: Promise<{ readonly lua: LuaRunner; readonly time: (zone: string, at?: number) => LuaTime }> | undefined;
  const describe = () => {
    descriptions ??= describeCommands(catalog);
    return descriptions;
  };
  // The interpreter takes its time to load, and comes with the first script.
  const open = () => {
    opened ??= import('./lua/index.ts').then(({ createLua, createLuaTime }) => ({
      lua: createLua({ mayRaiseBudgets: parts.mayRaiseLimits }),
      time: (timeZone, at) => createLuaTime({ now: at === undefined ? now : () => at, timeZone }),
    }));
    return opened;
  };

  /** What the scripts of one wish stand on; `learn` looks at the servers of others once a script speaks of them. */
  async function prepare(
    principal: Principal,
    wish: Wish,
    name: string,
    listener: () => LuaRunContext['onApproval'],
    canAsk: boolean,
    through = gate(),
  ) {
    const { args: _args, limits: _limits, mcpOnly, ...shared } = wish;
    const servers = toServers(parts, principal, projectOf(wish.projectRules));
    let known: readonly LuaServer[] | undefined;
    const ask = async (approval: PendingApproval, signal: AbortSignal) => {
      const tell = listener();
      if (tell === undefined) return undefined;
      const answered = answers.wait(approval.id, signal);
      tell(approval);
      return answered;
    };
    const caller: LuaCaller = { ...shared, principal, turnId: wish.turnId ?? randomUUID(), script: name, ...(canAsk ? { ask } : {}) };
    const surface = createLuaSurface(
      {
        catalog,
        descriptions: describe(),
        gate: through,
        accounts: await accountsOf(parts, principal),
        foreign: { known: () => known ?? [], servers },
        isMcpOnly: mcpOnly === true,
      },
      caller,
    );
    const learn = async (source: string) => {
      if (known === undefined && /\bmcp\b/.test(source)) known = toKnown(await servers.tools());
    };
    return { surface, learn };
  }

  const settingOf = async (surface: LuaSurface, principal: Principal, { args, limits, timeZone }: Wish): Promise<LuaSetting> => ({
    get catalogue() {
      return surface.catalogue;
    },
    onCall: surface.onCall,
    time: (await open()).time(timeZone === undefined ? principal.timeZone : checkTimeZone(timeZone)),
    ...(args === undefined ? {} : { args }),
    ...(limits === undefined ? {} : { budgets: limits }),
  });

  async function run(principal: Principal, wish: Wish & { readonly source: string; readonly name?: string }, context: LuaRunContext) {
    const { source, name = 'script', ...rest } = wish;
    const { surface, learn } = await prepare(principal, rest, name, () => context.onApproval, context.onApproval !== undefined);
    await learn(source);
    const setting = await settingOf(surface, principal, rest);
    const { lua } = await open();
    const outcome = await lua.run({ ...setting, source, name, signal: context.signal });
    return redactor.conceal(toLuaReport(outcome, { ...rest, planned: surface.planned() }));
  }

  const runSaved: LuaHost['runSaved'] = async ({ principal, source, name, script, gate: through, now: at, signal, ...rest }) => {
    const wish: Wish = { ...rest, surface: 'automation', projectRules: [] };
    const { surface, learn } = await prepare(principal, wish, script, () => undefined, false, through);
    await learn(source);
    const { lua, time } = await open();
    const setting = await settingOf(surface, principal, wish);
    const outcome = await lua.run({ ...setting, time: time(principal.timeZone, at), source, name, signal });
    return redactor.conceal(toLuaReport(outcome, { ...wish, planned: surface.planned() }));
  };

  const check: LuaHost['check'] = async (source, name) => {
    const { lua } = await open();
    // All of it is compiled, on the author's own lines, and the first thing it does is to end.
    const text = source.replace(/^\ufeff/, '').replace(/^#/, '--#');
    const { error } = await lua.run({ source: `do return end ${text}`, name, onCall: () => NEVER_CALLED });
    return error ?? undefined;
  };

  const desk: LuaDesk = {
    run: async (script, context) => run(await parts.owner(), script, context),
    leaveOpen: answers.leaveOpen,
    async open(wish) {
      const principal = await parts.owner();
      let listener: LuaRunContext['onApproval'];
      const { surface, learn } = await prepare(principal, wish, 'repl', () => listener, true);
      const repl = (await open()).lua.repl(await settingOf(surface, principal, wish));
      let named: Promise<unknown> | undefined;
      return {
        async evaluate(source, { signal, onApproval }) {
          listener = onApproval;
          await learn(source);
          const before = surface.planned().length;
          const outcome = await repl.evaluate(source, { signal });
          if (outcome.meta.state_lost === true) named = undefined;
          return redactor.conceal(toLuaReport(outcome, { ...wish, planned: surface.planned().slice(before) }));
        },
        async complete(text) {
          await learn(text);
          // The names are there once a line has run.
          named ??= repl.evaluate('');
          await named;
          return repl.complete(text);
        },
        close: repl.close,
      };
    },
  };

  const runForAgent: LuaHost['runForAgent'] = ({ principal, code, signal = new AbortController().signal, ...wish }) =>
    run(principal, { ...wish, source: code, name: 'execute_lua', projectRules: [] }, { signal });

  return {
    desk,
    runSaved,
    check,
    runForAgent,
    chat: {
      descriptions: describe,
      run: (script) => runForAgent({ ...script, surface: 'chat', limits: CHAT_LIMITS }),
    },
    async close() {
      await (await opened)?.lua.close();
    },
  };
}

const NEVER_CALLED: LuaAnswer = { ok: false, error: { code: 'denied', message: 'Nothing is called while a script is read.' } };

/** Names of the person's accounts by namespace. */
async function accountsOf({ catalog, accounts }: LuaParts, principal: Principal): Promise<Readonly<Record<string, readonly string[]>>> {
  const providers = new Map(catalog.tools.map((tool) => [tool.namespace, providerOf(tool)]));
  const named = [...providers].map(async ([namespace, provider]) => [namespace, await accounts.namesFor(provider, principal)] as const);
  return Object.fromEntries(await Promise.all(named));
}

/** Servers of others belong to the owner of the installation; nobody else's script knows of them. */
function toServers({ foreign, owner }: LuaParts, principal: Principal, project: string | undefined): LuaServers {
  const isOwner = async () => (await owner()).userId === principal.userId;
  const refuse = () => new AppError('not_found', 'There are no MCP servers.', { hint: 'They belong to the owner of this installation.' });
  const deskOf = async () => {
    if (await isOwner()) return foreign.desk();
    throw refuse();
  };
  const place = { project: project ?? '/' };
  return {
    async list() {
      if (!(await isOwner())) return [];
      const { servers } = (await foreign.desk()).list(place.project);
      const known = project === undefined ? servers.filter(({ source }) => source === 'user') : servers;
      return known.map(({ name, type, status, enabled, source }) => ({ name, type, status, enabled, source }));
    },
    async tools(server) {
      const { tools, failures } = await foreign.describe({ principal, ...(project === undefined ? {} : { project }) });
      const wanted = server?.toLowerCase().replaceAll('-', '_');
      const isWanted = (name: string) => wanted === undefined || name.toLowerCase().replaceAll('-', '_') === wanted;
      const failure = failures.find((one) => server !== undefined && isWanted(one.server));
      if (failure) throw toAppError(failure.error);
      const found = tools.filter((tool) => isWanted(tool.server));
      if (server !== undefined && found.length === 0) throw new AppError('not_found', `There is no MCP server "${server}" with tools.`);
      return found;
    },
    resources: async (server) => (await deskOf()).resources({ ...place, server }),
    prompts: async (server) => (await deskOf()).prompts({ ...place, server }),
  };
}

function toKnown(tools: LuaServer['tools']): readonly LuaServer[] {
  const names = [...new Set(tools.map(({ server }) => server))];
  return names.map((server) => ({ server, tools: tools.filter((tool) => tool.server === server) }));
}
