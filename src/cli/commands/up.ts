import { type Config, loadConfig } from '../../config.ts';
import { AppError } from '../../errors.ts';
import { findOwner } from '../../owner/connect.ts';
import { type Owner, openOwner } from '../../owner/owner.ts';
import { openRuntime } from '../../runtime.ts';
import { createAdministration } from '../../runtime-administration.ts';
import { backUpStore } from '../../runtime-keeping.ts';
import { openInBrowser } from '../browser.ts';
import { makeConsoleDiscreet } from '../discreet-console.ts';
import { paint } from '../layout.ts';
import type { Terminal } from '../terminal.ts';
import { version } from '../version.ts';
import { untilGone } from './process.ts';
import { numberOf, type Values } from './values.ts';

/** Runs the owner of the data directory until it is told to stop. */
export async function up(values: Values, terminal: Terminal): Promise<number> {
  const port = numberOf(values, 'port');
  const config = loadConfig(port === undefined ? process.env : { ...process.env, PORT: String(port) });
  const isBackground = values.background === true;
  const owner = await takeOver(config, isBackground);
  // Also on --quiet: whoever reads these bookings must know.
  if (config.frozenAt !== undefined) terminal.say(frozenWarning(config.frozenAt, terminal));
  let signals = 0;
  const onSignal = () => {
    signals += 1;
    if (signals > 1) process.exit(130);
    if (!isBackground && values.quiet !== true) terminal.say('\nStopping …');
    owner.stop().catch(() => undefined); // `stopped` below carries it
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);

  const address = owner.address();
  if (address !== null) {
    const link = await owner.runtime.signInLink(address);
    if (values.quiet !== true) terminal.print(banner({ link, config, owner, terminal, calAddress: await calAddressOf(owner, terminal) }));
    if (values.open !== false && values.quiet !== true && terminal.canAsk) openInBrowser(link);
  }
  await owner.stopped;
  // Whatever a library left behind must not keep a stopped process alive.
  setTimeout(() => process.exit(), 2_000).unref();
  return 0;
}

/** A background owner makes way for one in the foreground; another foreground one does not. */
async function takeOver(config: Config, isBackground: boolean): Promise<Owner> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await start(config, isBackground);
    } catch (error) {
      const yields = error instanceof AppError && error.code === 'already_running' && error.details?.background === true;
      if (!yields || isBackground || attempt === 3) throw error;
      await findOwner(config.home)
        .json('/owner/stop', { body: { onlyBackground: true } })
        .catch(() => undefined); // it may have left by itself
      await untilGone();
    }
  }
}

function start(config: Config, isBackground: boolean): Promise<Owner> {
  return openOwner({
    home: config.home,
    version,
    port: config.port,
    serve: !isBackground,
    background: isBackground,
    async startRuntime({ home, address }) {
      const runtime = await openRuntime({ ...config, home }, { address });
      makeConsoleDiscreet(runtime.redactor);
      return {
        gate: runtime.gate,
        approvals: runtime.approvals,
        journal: runtime.store.journal,
        principal: () => runtime.principal(),
        administration: createAdministration(runtime),
        keeping: { backUp: (file, options) => backUpStore(runtime.store, file, options) },
        correspondence: runtime.correspondence,
        simulation: (request) => runtime.simulate(request),
        accounts: runtime.accounts,
        foreign: () => runtime.foreign.desk(),
        lua: runtime.lua.desk,
        scripts: runtime.scripts,
        engine: runtime.store.engine,
        clock: () => ({ now: new Date(runtime.now()).toISOString(), frozen: config.frozenAt !== undefined }),
        signInLink: (at) => runtime.signInLink(at),
        fetch: (request, env) => runtime.web.fetch(request, env),
        close: () => runtime.close(),
      };
    },
  });
}

interface Start {
  readonly link: string;
  readonly config: Config;
  readonly owner: Owner;
  readonly terminal: Terminal;
  readonly calAddress: string | null;
}

/** Where bookings go unless another account is named; `null` is here. An unreadable vault keeps nobody from starting. */
async function calAddressOf({ runtime }: Owner, terminal: Terminal): Promise<string | null> {
  try {
    const { accounts } = await runtime.accounts.list({});
    return accounts.find(({ provider, isDefault }) => provider === 'cal' && isDefault)?.baseUrl ?? null;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    terminal.say(`${error.message} ${error.hint ?? ''}`);
    return null;
  }
}

function banner({ link, config, owner, terminal: { look }, calAddress }: Start): string {
  const row = (label: string, value: string, note: string) =>
    `  ${paint(look, 'dim', label)}  ${value}${note === '' ? '' : `  ${paint(look, 'dim', note)}`}`;
  const engine = config.databaseUrl === undefined ? 'embedded database' : 'and the database of DATABASE_URL';
  return [
    `${paint(look, 'bold', 'Kalends is ready.')} ${paint(look, 'dim', 'Ctrl-C stops it.')}`,
    row('Page', paint(look, 'cyan', link), '(signs you in once; `kalends open` makes another)'),
    row('Key ', `${owner.home}/api-key`, '(for the API under /v2)'),
    row('Data', owner.home, `(${engine})`),
    ...(calAddress === null ? [] : [row('Cal ', calAddress, '(bookings go to this account)')]),
  ].join('\n');
}

function frozenWarning(frozenAt: number, { look }: Terminal): string {
  return paint(
    look,
    'yellow',
    `THE CLOCK IS FROZEN at ${new Date(frozenAt).toISOString()} (KALENDS_CLOCK). For demonstrations and tests only.`,
  );
}
