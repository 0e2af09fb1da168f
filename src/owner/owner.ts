import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { getRequestListener } from '@hono/node-server';
import { AppError } from '../errors.ts';
import type { DoorEnv, OwnerStatus } from './door.ts';
import { openHome } from './home.ts';
import { releaseLock, takeLock } from './lock.ts';
import { writeRecord } from './record.ts';
import { createOwnerRoutes, type OwnerPorts, toErrorResponse } from './routes.ts';

/** Longer than proxies and clients keep theirs, so that they are the ones who close an idle connection. */
const KEEP_ALIVE_MS = 75_000;

/** What the owner serves, as the composition root hands it over. */
export interface OwnedRuntime
  extends Pick<
    OwnerPorts,
    | 'gate'
    | 'approvals'
    | 'journal'
    | 'principal'
    | 'administration'
    | 'keeping'
    | 'correspondence'
    | 'accounts'
    | 'foreign'
    | 'lua'
    | 'scripts'
    | 'simulation'
  > {
  readonly engine: OwnerStatus['engine'];
  clock(): OwnerStatus['clock'];
  /** A one-time link to the page served at `address`. */
  signInLink(address: string): Promise<string>;
  fetch(request: Request, env: DoorEnv): Response | Promise<Response>;
  close(): Promise<void>;
}

export interface OwnerOptions {
  readonly home: string;
  readonly version: string;
  /** Where the page is served when one is wanted; 0 is any free port. */
  readonly port: number;
  /** Serve on the port from the start; otherwise only once a sign-in link is asked for. */
  readonly serve?: boolean;
  /** Started by a command for itself: leaves after `idleMs` without a request, unless it serves a page. */
  readonly background?: boolean;
  readonly idleMs?: number;
  /** Milliseconds that running requests get to finish when the owner stops. */
  readonly graceMs?: number;
  /** Called once the lock is held and the port is taken. `address` is where the page is or will be. */
  startRuntime(owner: { readonly home: string; readonly address: string }): Promise<OwnedRuntime>;
}

/** A process that holds a data directory. */
export interface Owner {
  readonly home: string;
  readonly socket: string;
  /** "http://127.0.0.1:3020", or `null` while no page is served. */
  address(): string | null;
  readonly runtime: OwnedRuntime;
  /** Finishes what runs, closes the runtime, then gives up the lock. Repeated calls wait for the first. */
  stop(): Promise<void>;
  /** Settles when the owner has stopped, whoever asked. */
  readonly stopped: Promise<void>;
}

/** Takes the lock of a data directory, then the port, then opens the runtime; a failure on the way undoes what came before it. */
export async function openOwner(options: OwnerOptions): Promise<Owner> {
  const { version, background = false, idleMs = 600_000, graceMs = 10_000 } = options;
  const home = openHome(options.home);
  const ready = Promise.withResolvers<{ handle(request: Request, env: DoorEnv): Response | Promise<Response> } | Error>();
  const stopped = Promise.withResolvers<void>();
  const traffic = createTraffic();
  let stopping = false;

  const listenAs = (door: DoorEnv['door']) =>
    getRequestListener(
      async (request, { incoming, outgoing }) => {
        if (stopping) return toErrorResponse(new AppError('unavailable', 'Kalends is stopping.', { details: { stopping: true } }));
        traffic.begin(outgoing as ServerResponse); // plain HTTP/1.1 servers only, made below
        const remoteAddress = incoming.socket.remoteAddress;
        const opened = await ready.promise;
        if (opened instanceof Error) return toErrorResponse(opened);
        return opened.handle(request, { door, ...(remoteAddress === undefined ? {} : { remoteAddress }) });
      },
      { overrideGlobalObjects: false },
    );

  const door = createServer(listenAs('socket'));
  let record = await takeLock(door, { home, background });
  let page: Server | undefined;
  let runtime: OwnedRuntime | undefined;

  const address = () => record.address;
  async function serve(): Promise<string> {
    if (record.address !== null) return record.address;
    page ??= createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, listenAs('tcp'));
    const port = await bind(page, options.port);
    record = { ...record, address: `http://127.0.0.1:${port}` };
    writeRecord(record);
    return `http://127.0.0.1:${port}`;
  }

  async function shutDown(): Promise<void> {
    clearInterval(idleTimer);
    page?.close();
    page?.closeIdleConnections();
    await traffic.settle(graceMs);
    page?.closeAllConnections();
    await runtime?.close();
    // The socket is the lock: it goes last, when nothing of this process touches the data any more.
    releaseLock(record);
    await drain(door);
  }

  function stop(): Promise<void> {
    if (!stopping) {
      stopping = true;
      shutDown().then(stopped.resolve, stopped.reject);
    }
    return stopped.promise;
  }

  const idleTimer = setInterval(
    () => {
      if (background && record.address === null && traffic.idleFor() >= idleMs) stop().catch(() => undefined); // `stopped` carries it
    },
    Math.min(idleMs, 15_000),
  );

  try {
    if (options.serve) await serve();
    const opened = await options.startRuntime({ home, address: record.address ?? `http://127.0.0.1:${options.port}` });
    runtime = opened;
    const routes = createOwnerRoutes({
      gate: opened.gate,
      approvals: opened.approvals,
      journal: opened.journal,
      principal: () => opened.principal(),
      administration: opened.administration,
      keeping: opened.keeping,
      correspondence: opened.correspondence,
      ...(opened.simulation === undefined ? {} : { simulation: opened.simulation }),
      accounts: opened.accounts,
      foreign: () => opened.foreign(),
      lua: opened.lua,
      scripts: opened.scripts,
      status: () => ({
        pid: process.pid,
        version,
        address: record.address,
        home,
        engine: opened.engine,
        startedAt: record.startedAt,
        background,
        clock: opened.clock(),
      }),
      signInLink: async () => opened.signInLink(await serve()),
      stop: () => void stop().catch(() => undefined), // `stopped` carries it
    });
    ready.resolve({
      handle: (request, env) =>
        new URL(request.url).pathname.startsWith('/owner/') ? routes.fetch(request, env) : opened.fetch(request, env),
    });
    return { home, socket: record.socket, address, runtime: opened, stop, stopped: stopped.promise };
  } catch (error) {
    stopping = true;
    ready.resolve(error instanceof Error ? error : new Error(String(error)));
    await shutDown();
    throw error;
  }
}

/** Counts what is being answered, streams included. */
function createTraffic() {
  let running = 0;
  let quietSince = performance.now();
  let wake: () => void = () => undefined;
  return {
    begin(response: ServerResponse): void {
      running += 1;
      response.once('close', () => {
        running -= 1;
        quietSince = performance.now();
        if (running === 0) wake();
      });
    },
    idleFor: () => (running > 0 ? 0 : performance.now() - quietSince),
    settle(timeoutMs: number): Promise<void> {
      if (running === 0) return Promise.resolve();
      return new Promise((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    },
  };
}

/** Lets those who are connected already hear that the owner stops; a connection that says nothing for a second is cut. */
async function drain(server: Server): Promise<void> {
  // One turn of the event loop takes in what waited in the socket's queue.
  await sleep(5);
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const timer = setTimeout(() => server.closeAllConnections(), 1_000);
  await closed;
  clearTimeout(timer);
}

function bind(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const taken = cause.code === 'EADDRINUSE';
      reject(
        new AppError(
          taken ? 'conflict' : 'not_configured',
          taken ? `Port ${port} is taken by another program.` : `Port ${port} cannot be opened: ${cause.message}.`,
          { cause, hint: 'Choose another with --port or PORT, for example PORT=3021.' },
        ),
      );
    });
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      server.removeAllListeners('error');
      resolve((server.address() as AddressInfo).port); // a TCP server's address is never a string
    });
  });
}
