import { randomUUID } from 'node:crypto';
import { createAccountBook, openVault } from './accounts/index.ts';
import { createAgent } from './agent/agent.ts';
import { openProviderModel } from './agent/models/provider.ts';
import type { TurnLeases } from './agent/turns.ts';
import { type Config, createLiveSettings } from './config.ts';
import { AppError } from './errors.ts';
import { readOwnFeed } from './feeds/index.ts';
import { mailStatus } from './mail/index.ts';
import { createOutgoing } from './outgoing/index.ts';
import type { AccountDesk } from './owner/accounts.ts';
import type { Correspondence } from './owner/correspondence.ts';
import type { ScriptDesk } from './owner/scripts.ts';
import { createAccountDesk } from './runtime-account-desk.ts';
import { createAccounts } from './runtime-accounts.ts';
import { createAnswers } from './runtime-answers.ts';
import { createCorrespondence } from './runtime-correspondence.ts';
import { besideBundle } from './runtime-files.ts';
import { createBackground, startSoon } from './runtime-jobs.ts';
import { createJournalKeeping } from './runtime-journal.ts';
import { createLuaHost, type LuaHost } from './runtime-lua.ts';
import { createMcp, createTools } from './runtime-mcp.ts';
import { createMcpClient, type McpClient } from './runtime-mcp-client.ts';
import { ensureOwner, keepRefreshedKey } from './runtime-person.ts';
import { toDiscreetApprovals, toDiscreetGate, toDiscreetJournal, toShownApprovals } from './runtime-redaction.ts';
import { createRooms } from './runtime-rooms.ts';
import { createScriptDesk } from './runtime-script-desk.ts';
import { createScripts } from './runtime-scripts.ts';
import { createWhereby } from './runtime-whereby.ts';
import { createGuestDesk } from './server/guest-desk.ts';
import { createService, type ServiceOptions } from './server/index.ts';
import { createLinkDesk } from './server/link-desk.ts';
import {
  appendMessage,
  createConversation,
  deleteConversation,
  getConversation,
  listConversations,
  listMessages,
  renameConversation,
  replaceMessage,
} from './store/conversations.ts';
import { createSession, deleteSession, findSession } from './store/sessions.ts';
import { createSignInToken, redeemSignInToken } from './store/sign-in-tokens.ts';
import { openStore, type Store } from './store/store.ts';
import { isTurnLeased, releaseTurnLease, takeTurnLease } from './store/turn-leases.ts';
import { firstUser, getUser, type UserRecord } from './store/users.ts';
import { createCatalog } from './toolkit/catalog.ts';
import { createGate, type Gate } from './toolkit/gate.ts';
import { createRedactor, type Redactor } from './toolkit/redact.ts';
import type { Principal } from './toolkit/tool.ts';
import { tools } from './tools/index.ts';
import { createWebApp, type WebApp } from './web/app.ts';

declare const KALENDS_VERSION: string | undefined;

const SIGN_IN_LINK_MS = 3_600_000;
const NO_DEFAULTS = {};

/** Kalends put together: everything one owner process holds. */
export interface Runtime {
  readonly config: Config;
  readonly store: Store;
  readonly service: ReturnType<typeof createService>;
  readonly gate: Gate;
  /** What waits for a person or was answered, as it may be shown. */
  readonly approvals: ReturnType<typeof toShownApprovals>;
  readonly web: WebApp;
  readonly correspondence: Correspondence;
  /** Acts in the rooms of the installation's first user: a request under `/v1-simulation`. */
  simulate(request: Request): Promise<Response>;
  readonly accounts: AccountDesk;
  /** Other people's MCP servers. */
  readonly foreign: McpClient;
  readonly lua: LuaHost;
  /** Saved scripts of the installation's first user. */
  readonly scripts: ScriptDesk;
  /** Knows the keys of all accounts. */
  readonly redactor: Redactor;
  /** The domain clock, epoch milliseconds. */
  now(): number;
  /** The installation's first user, as they are now. */
  principal(): Promise<Principal>;
  /** A one-time link that signs a browser in at `address`; it lasts an hour. */
  signInLink(address: string): Promise<string>;
  close(): Promise<void>;
}

export interface RuntimeOptions {
  /** Where the page is or will be served: "http://127.0.0.1:3020". */
  readonly address: string;
}

/** Opens the database, makes the first user where there is none, and joins the parts. The caller holds the lock of `config.home`. */
export async function openRuntime(config: Config, { address }: RuntimeOptions): Promise<Runtime> {
  const now = config.frozenAt === undefined ? Date.now : () => config.frozenAt ?? Date.now();
  const store = await openStore({
    home: config.home,
    seedArchive: besideBundle('seed.tar.gz'),
    ...(config.databaseUrl === undefined ? {} : { databaseUrl: config.databaseUrl }),
  });
  try {
    await ensureOwner(config, store);
    return assemble(config, { store, now, address });
  } catch (error) {
    await store.close();
    throw error;
  }
}

function assemble(
  config: Config,
  { store, now, address }: { readonly store: Store; readonly now: () => number; readonly address: string },
): Runtime {
  const outgoing = createOutgoing({ allowPrivate: config.allowPrivate });
  const publicUrl = config.publicUrl ?? address;
  const personOf = async (userId: number): Promise<Principal | undefined> => {
    const user = await getUser(store.db, userId);
    return user === undefined || user.disabledAt !== null ? undefined : toPrincipal(user);
  };
  const { bookingRooms, calHook } = createRooms({
    store,
    now,
    gate: () => gate,
    jobs: () => jobs,
    principal: personOf,
    owner: () => principal(),
    hookSecrets: config.calHookSecrets,
    scripts: () => scripts,
  });
  const scripts = createScripts({
    store,
    now,
    publicUrl,
    gate: () => gate,
    jobs: () => jobs,
    effectOf: (tool) => catalog.find(tool)?.effect ?? 'write',
    principal: personOf,
    runLua: (script) => lua.runSaved(script),
    redactor: () => redactor,
  });
  const jobs = createBackground({ store, now, outgoing, publicUrl, mail: config.mail, bookingRooms, scripts });
  const journalKeeping = createJournalKeeping({ store, gate: () => gate, principal: personOf });
  const serviceOptions: ServiceOptions = {
    store,
    now,
    publicUrl,
    outgoing,
    onWrite: jobs.wake,
    onKeyedWrite: journalKeeping.noteWire,
    canSendMail: mailStatus(config.mail).canSend,
    rateLimit: config.rateLimit,
    trustedProxies: config.trustedProxies,
    isStrict: config.isStrict,
    onApiKeyRefreshed: (refreshed) => keepRefreshedKey(config.home, refreshed),
  };
  const service = createService(serviceOptions);
  const whereby = createWhereby({ config, store, now, publicUrl, onDeliveries: jobs.announceRooms, onKeyedWrite: journalKeeping.noteWire });
  const catalog = createCatalog(tools);
  const redactor = createRedactor(config.accounts.map(({ apiKey }) => apiKey));
  const takenNames = new Set(catalog.tools.map(({ name }) => name));
  const vault = openVault(config.home);
  const book = createAccountBook({ environment: config.accounts, vault, takenNames });
  const version = typeof KALENDS_VERSION === 'string' ? KALENDS_VERSION : '0.0.0-source';
  const settings = createLiveSettings(config);
  const foreign = createMcpClient({
    home: config.home,
    vault,
    outgoing,
    redactor,
    version,
    policy: () => settings().policy,
    owner: () => principal(),
  });
  const accounts = createAccounts({
    config,
    book,
    redactor,
    outgoing,
    services: { cal: service, whereby: whereby.service },
    now,
    owner: () => principal(),
  });
  const openGate = createGate({
    catalog,
    resolveAccount: accounts.resolve,
    foreign,
    get rules() {
      return settings().policy.rules;
    },
    get defaults() {
      return settings().policy.defaults ?? NO_DEFAULTS;
    },
    get allowYes() {
      return settings().allowYes;
    },
    get allowForce() {
      return settings().allowForce;
    },
    get approvalHours() {
      return settings().approvalHours;
    },
    approvals: toDiscreetApprovals(store.approvals, redactor),
    journal: toDiscreetJournal(store.journal, redactor),
    contacts: journalKeeping.contacts,
    now,
    processNow: Date.now,
  });
  const answers = createAnswers(store.approvals);
  const gate = scripts.watch(answers.watch(toDiscreetGate(openGate, redactor)));
  const lua = createLuaHost({
    catalog,
    gate: () => gate,
    answers,
    accounts,
    foreign,
    redactor,
    now,
    owner: () => principal(),
    mayRaiseLimits: config.allowRaisedLimits,
  });
  const { model } = config;
  const agent = createAgent({
    catalog,
    gate,
    approvals: store.approvals,
    conversations: conversationsOf(store, redactor),
    turnLeases: store.engine === 'postgres' ? turnLeasesOf(store) : undefined,
    model: model === undefined ? offlineModelSoon() : () => openProviderModel(model),
    scripts: lua.chat,
    foreign: (by) => foreign.describe({ principal: by }),
    now,
  });
  const principal = async (): Promise<Principal> => {
    const user = await firstUser(store.db);
    if (user === undefined) throw new AppError('internal', 'The database has no user.');
    return toPrincipal(user);
  };
  const doorParts = { store, gate, catalog, version, foreign, runLua: lua.runForAgent };
  const mcp = createMcp(doorParts);
  const web = createWebApp({
    agent,
    mcp,
    tools: createTools(doorParts),
    service,
    whereby: whereby.service,
    principals: {
      first: principal,
      get: personOf,
    },
    sessions: {
      redeemSignInToken: (token, at) => redeemSignInToken(store.db, token, at),
      createSession: (session) => createSession(store.db, session),
      findSession: (token, at) => findSession(store.db, token, at),
      deleteSession: (token) => deleteSession(store.db, token),
    },
    installation: {
      version,
      clock: () => ({ now: now(), frozen: config.frozenAt !== undefined }),
      model: model === undefined ? { kind: 'offline', name: 'offline' } : { kind: 'provider', name: model.name },
      notices: () => [...store.notices, ...journalKeeping.notices()],
    },
    rooms: whereby.door,
    hooks: { cal: calHook.receive },
    guests: createGuestDesk(serviceOptions),
    links: createLinkDesk(serviceOptions),
    feeds: { read: (token) => readOwnFeed(store.db, token, now()) },
    hosts: config.hosts,
    uiDirectory: besideBundle('ui'),
    referenceDirectory: besideBundle('docs'),
  });
  const stopJobs = startSoon(jobs);
  scripts.start();
  return {
    config,
    store,
    service,
    gate,
    web,
    accounts: createAccountDesk({ book, accounts, environment: config.accounts, redactor, outgoing, store, principal }),
    foreign,
    lua,
    scripts: createScriptDesk({ store, now, book, lua, scripts, redactor, owner: principal }),
    approvals: toShownApprovals(store.approvals, redactor),
    redactor,
    correspondence: createCorrespondence({ store, settings: config.mail, publicUrl, userId: async () => (await principal()).userId }),
    async simulate(request) {
      return await whereby.service.fetch(request, { userId: (await principal()).userId });
    },
    now,
    principal,
    async signInLink(at) {
      const { userId } = await principal();
      const token = await createSignInToken(store.db, { userId, expiresAt: Date.now() + SIGN_IN_LINK_MS, now: Date.now() });
      return `${at}/sign-in?token=${token}`;
    },
    async close() {
      await agent.close();
      await scripts.stop();
      await mcp.close();
      await lua.close();
      await foreign.close();
      await stopJobs();
      await journalKeeping.close();
      await store.close();
    },
  };
}

/** Requests can be served without the grammar, which takes 40 ms to load: it comes a moment after them, or with the first message. */
function offlineModelSoon(): Parameters<typeof createAgent>[0]['model'] {
  const load = () => import('./agent/models/offline/index.ts');
  setTimeout(() => load().catch(() => undefined), 1_000).unref();
  return async () => (await load()).createOfflineModel();
}

/** Several owners may share one PostgreSQL. */
function turnLeasesOf({ db }: Store): TurnLeases {
  const holder = randomUUID();
  return {
    take: (conversationId, forMs) => takeTurnLease(db, { conversationId, holder, now: Date.now(), until: Date.now() + forMs }),
    isTaken: (conversationId) => isTurnLeased(db, { conversationId, holder, now: Date.now() }),
    release: (conversationId) => releaseTurnLease(db, { conversationId, holder }),
  };
}

/** What a person types is kept, but no key that they type with it. */
function conversationsOf({ db }: Store, { conceal }: Redactor): Parameters<typeof createAgent>[0]['conversations'] {
  return {
    create: (conversation) => createConversation(db, conceal(conversation)),
    get: (userId, id) => getConversation(db, userId, id),
    list: (userId, options) => listConversations(db, userId, options),
    rename: (id, change) => renameConversation(db, id, conceal(change)),
    delete: (userId, id) => deleteConversation(db, userId, id),
    append: (conversationId, message) => appendMessage(db, conversationId, conceal(message)),
    replace: (message) => replaceMessage(db, conceal(message)),
    messages: (conversationId) => listMessages(db, conversationId),
  };
}

function toPrincipal({ id, username, name, email, timeZone }: UserRecord): Principal {
  return { userId: id, username, name, email, timeZone };
}
