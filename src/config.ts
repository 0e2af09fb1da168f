import { existsSync, readFileSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Account } from './accounts/account.ts';
import { readEnvironmentAccounts } from './accounts/environment.ts';
import { AppError } from './errors.ts';
import type { PolicySet } from './toolkit/policy.ts';
import { parsePolicySet } from './toolkit/policy-rules.ts';

/** All that the environment and the user's `config.json` decide, read once and frozen. */
export interface Config {
  /** Absolute directory of the database, the socket and the keys. */
  readonly home: string;
  readonly port: number;
  /** PostgreSQL connection string; absent: the embedded database in `home`. */
  readonly databaseUrl: string | undefined;
  /** The domain clock stands still at this instant (epoch milliseconds). */
  readonly frozenAt: number | undefined;
  /** Becomes the first user's key when the first user is created. */
  readonly firstApiKey: string | undefined;
  /** The credential accounts of the environment. */
  readonly accounts: readonly Account[];
  /** A provider's model; absent: the offline model. */
  readonly model: { readonly apiKey: string; readonly baseUrl: string; readonly name: string } | undefined;
  /** Addresses, networks and host names that webhooks and feeds may reach although they are not public, as they were given. */
  readonly allowPrivate: string;
  /** The mail server, and who messages are from; without one they are only kept. */
  readonly mail: { readonly smtpUrl: string | undefined; readonly from: string | undefined };
  /** Where others reach this installation, for links in messages: "https://kalends.example.org". Absent: where it is served. */
  readonly publicUrl: string | undefined;
  /** Whether `--yes` may answer an approval. */
  readonly allowYes: boolean;
  /** Whether `--force` may override the policy. */
  readonly allowForce: boolean;
  /** Whether a script may ask for more than the limits of every run. */
  readonly allowRaisedLimits: boolean;
  readonly policy: PolicySet;
  /** Hours until an unanswered approval expires. */
  readonly approvalHours: number;
  /** Requests a minute to the service for each key, or address of callers without one. */
  readonly rateLimit: number | 'off';
  /** Points a minute to the Whereby-compatible service for each user, over all their keys. */
  readonly wherebyPoints: number | 'off';
  /** Who may act in rooms by `/v1-simulation`: the owner of this process alone, or also whoever has a key. */
  readonly wherebySimulation: 'owner' | 'keys';
  /** What Cal.com signs its webhooks with, by the name of the account. */
  readonly calHookSecrets: Readonly<Record<string, string>>;
  /** Proxies whose word about the client's address is believed: addresses and ranges. */
  readonly trustedProxies: readonly string[];
  /** The service stays as strict about versions as the original. */
  readonly isStrict: boolean;
  /** Additional names this installation is reached by, for the Host and Origin checks: "kalends.example.org". */
  readonly hosts: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

export const DEFAULT_PORT = 3020;

/** The data directory alone; cheap, for thin clients. */
export function homeOf(environment: Environment): string {
  return resolve(environment.KALENDS_HOME || join(homedir(), '.kalends'));
}

/** Reads `KALENDS_*`, `PORT`, `DATABASE_URL`, `CALCOM_*`, `WHEREBY_*`, `OPENAI_*`, `SMTP_URL`, `MAIL_FROM` and `<home>/config.json`; throws `invalid_input` naming the value at fault. */
export function loadConfig(environment: Environment): Config {
  const home = homeOf(environment);
  const file = readConfigFile(join(home, 'config.json'));
  const publicUrl = environment.KALENDS_PUBLIC_URL ? parseUrl('KALENDS_PUBLIC_URL', environment.KALENDS_PUBLIC_URL) : undefined;
  const config: Config = {
    home,
    port: parsePort(environment.PORT),
    databaseUrl: parseDatabaseUrl(environment.DATABASE_URL),
    frozenAt: parseClock(environment.KALENDS_CLOCK),
    firstApiKey: parseFirstApiKey(environment.KALENDS_API_KEY),
    accounts: readEnvironmentAccounts(environment),
    model: environment.OPENAI_API_KEY
      ? {
          apiKey: environment.OPENAI_API_KEY,
          baseUrl: parseUrl('OPENAI_BASE_URL', environment.OPENAI_BASE_URL || 'https://api.openai.com/v1'),
          name: environment.KALENDS_MODEL || 'gpt-5-mini',
        }
      : undefined,
    allowPrivate: environment.KALENDS_WEBHOOK_ALLOW_PRIVATE ?? '',
    mail: parseMail(environment),
    publicUrl,
    allowYes: file.allowYes,
    allowForce: file.allowForce,
    allowRaisedLimits: file.allowRaisedLimits,
    policy: file.policy,
    approvalHours: file.approvalHours,
    rateLimit: parseRateLimit(environment.KALENDS_RATE_LIMIT),
    wherebyPoints: parsePoints(environment.KALENDS_WHEREBY_POINTS),
    calHookSecrets: readHookSecrets(environment),
    wherebySimulation: parseSimulation(environment.KALENDS_WHEREBY_SIMULATION),
    trustedProxies: parseProxies(environment.KALENDS_TRUSTED_PROXIES),
    isStrict: parseSwitch('KALENDS_STRICT', environment.KALENDS_STRICT),
    hosts: publicUrl === undefined ? file.hosts : [...file.hosts, new URL(publicUrl).host],
  };
  const [hosted] = config.accounts;
  if (config.frozenAt !== undefined && hosted?.source.kind === 'environment') {
    throw new AppError(
      'invalid_input',
      `KALENDS_CLOCK freezes the clock, but ${hosted.source.variable} names a hosted account, whose clock cannot be frozen.`,
      {
        hint: 'Unset one of the two.',
      },
    );
  }
  return Object.freeze(config);
}

function parsePort(text: string | undefined): number {
  if (text === undefined || text === '') return DEFAULT_PORT;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new AppError('invalid_input', `PORT is "${text}", which is no port number.`, {
    hint: 'Use a whole number from 0 (any free port) to 65535.',
  });
}

function parseClock(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(instant)) return instant;
  throw new AppError('invalid_input', `KALENDS_CLOCK is "${text}", which is no instant.`, { hint: 'Write it like 2030-01-07T08:00:00Z.' });
}

/** What the API allows by its contract. */
const DEFAULT_RATE_LIMIT = 120;

function parseRateLimit(text: string | undefined): number | 'off' {
  if (text === undefined || text === '') return DEFAULT_RATE_LIMIT;
  if (text === 'off') return 'off';
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= 1_000_000_000) return limit;
  throw new AppError('invalid_input', `KALENDS_RATE_LIMIT is "${text}", which is no number of requests a minute.`, {
    hint: `Use a whole number such as ${DEFAULT_RATE_LIMIT}, or "off" for no limit.`,
  });
}

/** What Whereby's smaller plan allows. */
const DEFAULT_POINTS = 100;

function parsePoints(text: string | undefined): number | 'off' {
  if (text === undefined || text === '') return DEFAULT_POINTS;
  if (text === 'off') return 'off';
  const points = Number(text);
  if (Number.isInteger(points) && points >= 1 && points <= 1_000_000_000) return points;
  throw new AppError('invalid_input', `KALENDS_WHEREBY_POINTS is "${text}", which is no number of points a minute.`, {
    hint: `Use a whole number such as ${DEFAULT_POINTS}, or "off" for no limit.`,
  });
}

const HOOK_SECRET = 'CALCOM_WEBHOOK_SECRET';

/** `CALCOM_WEBHOOK_SECRET` is of the account `default`, `CALCOM_WEBHOOK_SECRET__WORK_EU` of `work-eu`. */
function readHookSecrets(environment: Environment): Readonly<Record<string, string>> {
  const entries = Object.entries(environment).flatMap(([name, secret = '']) => {
    if (secret === '' || !(name === HOOK_SECRET || name.startsWith(`${HOOK_SECRET}__`))) return [];
    const account = name
      .slice(HOOK_SECRET.length + 2)
      .toLowerCase()
      .replaceAll('_', '-');
    return [[account === '' ? 'default' : account, secret] as const];
  });
  return Object.fromEntries(entries);
}

function parseSimulation(text: string | undefined): 'owner' | 'keys' {
  if (text === undefined || text === '' || text === 'owner') return 'owner';
  if (text === 'keys') return 'keys';
  throw new AppError('invalid_input', `KALENDS_WHEREBY_SIMULATION is "${text}".`, {
    hint: 'Use "keys" to let whoever has an API key act in their rooms, or "owner" to let only this installation\'s owner.',
  });
}

function parseProxies(text: string | undefined): readonly string[] {
  const proxies = (text ?? '').split(/[\s,]+/).filter((proxy) => proxy !== '');
  const wrong = proxies.find((proxy) => !isAddressOrRange(proxy));
  if (wrong === undefined) return proxies;
  throw new AppError('invalid_input', `KALENDS_TRUSTED_PROXIES names "${wrong}", which is no address and no range.`, {
    hint: 'Write addresses or ranges with commas between them: 127.0.0.1, 10.0.0.0/8.',
  });
}

function isAddressOrRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  const isRange = bits !== undefined && /^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128);
  return version !== 0 && rest.length === 0 && (bits === undefined || isRange);
}

function parseSwitch(name: string, text: string | undefined): boolean {
  if (text === undefined || text === '' || text === '0' || text === 'off') return false;
  if (text === '1' || text === 'on') return true;
  throw new AppError('invalid_input', `${name} is "${text}".`, { hint: 'Use 1 to switch it on, 0 or nothing to leave it off.' });
}

function parseFirstApiKey(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  if (/^cal_[\x21-\x7e]{8,}$/.test(text)) return text;
  throw new AppError(
    'invalid_input',
    'KALENDS_API_KEY must start with "cal_" and go on with at least 8 letters, digits or signs, without spaces.',
    {
      hint: 'For example cal_ and 32 random hexadecimal digits.',
    },
  );
}

function parseMail({ SMTP_URL: smtpUrl = '', MAIL_FROM: from = '' }: Environment): Config['mail'] {
  if (smtpUrl === '') return { smtpUrl: undefined, from: undefined };
  // The value may hold a password: it is not repeated.
  if (!/^smtps?:\/\/[^/]+/.test(smtpUrl) || !URL.canParse(smtpUrl)) {
    throw new AppError('invalid_input', 'SMTP_URL is no address of a mail server.', {
      hint: 'Write it like smtps://user:password@mail.example.com:465, or unset it to keep messages instead of sending them.',
    });
  }
  if (/^(?:[^<>\r\n]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/.test(from)) return { smtpUrl, from };
  throw new AppError('invalid_input', `SMTP_URL is set, and MAIL_FROM is "${from}", which is no address to send from.`, {
    hint: 'Write it like "Kalends <calendar@example.com>".',
  });
}

function parseDatabaseUrl(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  if (/^postgres(ql)?:\/\//.test(text)) return text;
  throw new AppError('invalid_input', 'DATABASE_URL does not start with "postgres://".', {
    hint: 'Write it like postgres://user:password@host:5432/database, or unset it to use the embedded database.',
  });
}

function parseUrl(name: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return text.replace(/\/+$/, '');
  throw new AppError('invalid_input', `${name} is "${text}", which is no web address.`, { hint: 'It starts with https:// or http://.' });
}

interface ConfigFile extends Pick<Config, 'allowYes' | 'allowForce' | 'allowRaisedLimits' | 'policy' | 'approvalHours'> {
  readonly hosts: readonly string[];
}

/** The part of `config.json` that counts from the moment it is saved. */
export type LiveSettings = Pick<Config, 'allowYes' | 'allowForce' | 'approvalHours' | 'policy'>;

/** The settings as the file has them now. One that is not understood throws `invalid_input`: nothing is allowed by a policy that nobody can read. */
export function createLiveSettings(config: Pick<Config, 'home'> & LiveSettings): () => LiveSettings {
  const path = join(config.home, 'config.json');
  let stamp = stampOf(path);
  let held: LiveSettings = config;
  return () => {
    const now = stampOf(path);
    if (now !== stamp) {
      held = readConfigFile(path);
      stamp = now;
    }
    return held;
  };
}

function stampOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false, bigint: true });
  return found === undefined ? 'none' : `${found.ino}:${found.size}:${found.mtimeNs}`;
}

const SETTINGS = ['allowYes', 'allowForce', 'allowRaisedLimits', 'approvalHours', 'policy', 'defaults', 'hosts'];

/** A week and a half of working days is more than anybody leaves a question open. */
const MOST_APPROVAL_HOURS = 10 * 24;

function readConfigFile(path: string): ConfigFile {
  const content = existsSync(path) ? parseObject(readFileSync(path, 'utf8'), path) : {};
  const fail = (what: string): never => {
    throw new AppError('invalid_input', `${path}: ${what}`, { hint: 'Correct the file, or move it away to use the defaults.' });
  };
  const stray = Object.keys(content).find((name) => !SETTINGS.includes(name));
  if (stray !== undefined) return fail(`"${stray}" is no setting; there are ${SETTINGS.join(', ')}.`);
  const { allowYes = false, allowForce = false, allowRaisedLimits = false, approvalHours = 24, hosts = [] } = content;
  if (typeof allowYes !== 'boolean') return fail('"allowYes" must be true or false.');
  if (typeof allowForce !== 'boolean') return fail('"allowForce" must be true or false.');
  if (typeof allowRaisedLimits !== 'boolean') return fail('"allowRaisedLimits" must be true or false.');
  if (typeof approvalHours !== 'number' || !(approvalHours > 0) || approvalHours > MOST_APPROVAL_HOURS) {
    return fail(`"approvalHours" is ${JSON.stringify(approvalHours)}; it must be a number of hours up to ${MOST_APPROVAL_HOURS}.`);
  }
  if (!Array.isArray(hosts) || !hosts.every((host) => typeof host === 'string')) return fail('"hosts" must be a list of host names.');
  // In messages of the policy it goes by its short name.
  return {
    allowYes,
    allowForce,
    allowRaisedLimits,
    approvalHours,
    hosts,
    policy: { ...parsePolicySet(content, path), source: 'config.json' },
  };
}

function parseObject(text: string, path: string): Readonly<Record<string, unknown>> {
  const fail = (what: string) =>
    new AppError('invalid_input', `${path}: ${what}`, { hint: 'Correct the file, or move it away to use the defaults.' });
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw fail('this is not JSON.');
  }
  if (content === null || typeof content !== 'object' || Array.isArray(content)) throw fail('this is not a JSON object.');
  return content as Readonly<Record<string, unknown>>; // an object is one
}
