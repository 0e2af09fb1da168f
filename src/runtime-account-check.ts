import type { Account, AccountProvider } from './accounts/index.ts';
import { AppError, type ErrorEnvelope, toErrorEnvelope } from './errors.ts';
import type { AccountCheck, AccountRead } from './owner/accounts.ts';
import type { Accounts } from './runtime-accounts.ts';
import type { Principal } from './toolkit/tool.ts';
import { tellAccount } from './toolkit/upstream-hint.ts';
import type { Clients, WherebyClients } from './tools/clients.ts';
import type { Fetch } from './wire/client.ts';

/** An answer as it came, for what no client tells. */
interface Observation {
  readonly version: string | null;
  readonly headers: Headers;
  readonly sentAt: number;
  readonly receivedAt: number;
}

interface Probe {
  readonly name: string;
  /** Answers who the account belongs to, where it knows. */
  run(signal: AbortSignal): Promise<string | undefined>;
}

/** Really calls a hosted account: one small read of each kind. */
export async function checkHosted(accounts: Pick<Accounts, 'inspect'>, account: Account): Promise<AccountCheck> {
  const seen: Observation[] = [];
  const observing =
    (fetch: Fetch): Fetch =>
    async (request) => {
      const sentAt = Date.now();
      const response = await fetch(request);
      seen.push({ version: request.headers.get('cal-api-version'), headers: response.headers, sentAt, receivedAt: Date.now() });
      return response;
    };
  const { provider, name, baseUrl, expiresAt } = account;
  const results = await runProbes(
    probesOf(provider, accounts.inspect(account, observing)),
    () => seen.at(-1)?.version ?? null,
    (failure) => tellAccount(failure, { kind: 'hosted', provider, name }),
  );
  const last = seen.at(-1);
  return {
    ...{ provider, name, baseUrl, expiresAt },
    ...results,
    latencyMs: last === undefined ? null : last.receivedAt - last.sentAt,
    clockSkewMs: last === undefined ? null : skewOf(last),
    rateLimit: last === undefined ? null : limitOf(last.headers),
  };
}

/** The same of the embedded service, as this user. */
export async function checkLocal(
  accounts: Pick<Accounts, 'resolve'>,
  provider: AccountProvider,
  principal: Principal,
): Promise<AccountCheck> {
  const { clients } = await accounts.resolve({ provider, name: 'local' }, principal);
  const startedAt = performance.now();
  // The runtime made them for this provider.
  const probes = probesOf(provider, clients as Clients | WherebyClients);
  const results = await runProbes(probes, () => null);
  const latencyMs = Math.round((performance.now() - startedAt) / probes.length);
  return { provider, name: 'local', baseUrl: null, expiresAt: null, ...results, latencyMs, clockSkewMs: null, rateLimit: null };
}

async function runProbes(
  probes: readonly Probe[],
  version: () => string | null,
  tell: (failure: unknown) => unknown = (failure) => failure,
): Promise<Pick<AccountCheck, 'ok' | 'error' | 'person' | 'reads'>> {
  const reads: AccountRead[] = [];
  let person: string | null = null;
  for (const probe of probes) {
    const error = await runProbe(probe).then(
      (found) => {
        person = found ?? person;
        return undefined;
      },
      (failure: unknown) => toErrorEnvelope(tell(failure)),
    );
    // Without a valid key, or without the other side, the rest would only say the same again.
    if (error !== undefined && reads.length === 0 && !saysOnlyNo(error)) return { ok: false, error, person, reads };
    reads.push({ name: probe.name, version: version(), state: stateOf(error), message: error?.message ?? null });
  }
  const ok = reads.some(({ state }) => state === 'ok');
  return {
    ok,
    error: ok
      ? null
      : toErrorEnvelope(
          new AppError('forbidden', 'The key is good for nothing that Kalends reads.', {
            hint: 'Make one that may read more in the settings of the provider.',
          }),
        ),
    person,
    reads,
  };
}

const runProbe = ({ run }: Probe) => run(AbortSignal.timeout(30_000));

function saysOnlyNo({ code }: ErrorEnvelope): boolean {
  return code === 'forbidden' || code === 'not_found' || code === 'unsupported';
}

function stateOf(error: ErrorEnvelope | undefined): AccountRead['state'] {
  if (error === undefined) return 'ok';
  if (error.code === 'forbidden' || error.code === 'unauthenticated') return 'forbidden';
  return error.code === 'not_found' || error.code === 'unsupported' ? 'missing' : 'failed';
}

function probesOf(provider: AccountProvider, clients: Clients | WherebyClients): readonly Probe[] {
  if ('cal' in clients) return calProbes(clients);
  if ('whereby' in clients) return wherebyProbes(clients);
  throw new AppError('internal', `There are no clients of "${provider}".`);
}

function calProbes({ cal }: Clients): readonly Probe[] {
  return [
    {
      name: 'profile',
      run: async (signal) => {
        const { username, email } = await cal.getMe({ signal });
        return username === email || !username ? email : `${username} <${email}>`;
      },
    },
    quiet('event types', (signal) => cal.listEventTypes({}, { signal })),
    quiet('schedules', (signal) => cal.listSchedules({ signal })),
    quiet('bookings', (signal) => cal.listBookings({ take: 1 }, { signal })),
    quiet('webhooks', (signal) => cal.listWebhooks({ take: 1 }, { signal })),
    quiet('calendars', (signal) => cal.listCalendars({ signal })),
  ];
}

function wherebyProbes({ whereby }: WherebyClients): readonly Probe[] {
  const query = { limit: 1 };
  return [
    quiet('rooms', (signal) => whereby.listMeetings(query, { signal })),
    quiet('recordings', (signal) => whereby.listRecordings(query, { signal })),
    quiet('transcriptions', (signal) => whereby.listTranscriptions(query, { signal })),
    quiet('summaries', (signal) => whereby.listSummaries(query, { signal })),
    quiet('insights', (signal) => whereby.listRoomInsights(query, { signal })),
  ];
}

function quiet(name: string, read: (signal: AbortSignal) => Promise<unknown>): Probe {
  return {
    name,
    run: async (signal) => {
      await read(signal);
      return undefined;
    },
  };
}

/** The header is cut to whole seconds: half of one is the best guess of what was cut. */
function skewOf({ headers, sentAt, receivedAt }: Observation): number | null {
  const date = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(date) ? null : Math.round(date + 500 - (sentAt + receivedAt) / 2);
}

/** Cal.com says `x-ratelimit-limit-default`, Whereby `x-ratelimit-limit`. */
function limitOf(headers: Headers): AccountCheck['rateLimit'] {
  const read = (name: string) => [...headers].find(([key]) => key === `x-ratelimit-${name}` || key.startsWith(`x-ratelimit-${name}-`))?.[1];
  const [limit, remaining, reset] = [read('limit'), read('remaining'), read('reset')];
  if (limit === undefined && remaining === undefined) return null;
  return { limit: toNumber(limit), remaining: toNumber(remaining), reset: reset ?? null };
}

function toNumber(text: string | undefined): number | null {
  return text === undefined || text.trim() === '' || Number.isNaN(Number(text)) ? null : Number(text);
}
