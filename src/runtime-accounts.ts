import {
  type Account,
  type AccountBook,
  type AccountProvider,
  DEFAULT_NAME,
  LOCAL_NAME,
  normalizeName,
  PROVIDER_NAMES,
  PROVIDERS,
  quoteName,
} from './accounts/index.ts';
import type { Config } from './config.ts';
import { AppError } from './errors.ts';
import { mailStatus } from './mail/index.ts';
import { createGuardedFetch, type Outgoing } from './outgoing/index.ts';
import type { ServiceEnv } from './server/index.ts';
import type { Rehearsal, ResolveAccount, ResolvedAccount } from './toolkit/account.ts';
import type { Redactor } from './toolkit/redact.ts';
import type { Principal } from './toolkit/tool.ts';
import type { Clients, WherebyClients } from './tools/clients.ts';
import { createCalcomClient, HOSTED_RATE_LIMIT } from './wire/calcom/index.ts';
import { type CapturedRequest, captureWrites } from './wire/capture.ts';
import type { ClientOptions, Fetch } from './wire/client.ts';
import { createPace } from './wire/pace.ts';
import { createWherebyClient } from './wire/whereby/index.ts';

interface Service {
  fetch(request: Request, env: ServiceEnv): Response | Promise<Response>;
}

export interface AccountParts {
  readonly config: Pick<Config, 'frozenAt' | 'mail'>;
  readonly book: AccountBook;
  readonly redactor: Redactor;
  readonly outgoing: Outgoing;
  /** What `local` means. */
  readonly services: Readonly<Record<AccountProvider, Service>>;
  /** The domain clock of the embedded services. */
  readonly now: () => number;
  /** Whose the hosted accounts are: nobody else's call goes to them. */
  readonly owner: () => Promise<Principal>;
}

/** Where a call goes, before it is known whether it is meant or only rehearsed. */
interface Line {
  readonly fetch: Fetch;
  open(fetch: Fetch): Clients | WherebyClients;
}

/** Where the calls of an account go. */
export interface Accounts {
  readonly resolve: ResolveAccount;
  /** What this person can name beside `default`. A vault that cannot be read says so to whoever needs it. */
  namesFor(provider: AccountProvider, principal: Principal): Promise<readonly string[]>;
  /** Clients for one look at a hosted account, which need not be in the book: `wrap` sees the answers themselves, and nothing is tried twice. */
  inspect(account: Account, wrap: (fetch: Fetch) => Fetch): Clients | WherebyClients;
}

/** `local` is the embedded service, as the calling user; every other name is in the book, and for the owner of the installation alone. */
export function createAccounts(parts: AccountParts): Accounts {
  const { config, book, redactor } = parts;
  const local = new Map<string, ResolvedAccount>();
  const hosted = new Map<string, { readonly account: Account; readonly resolved: ResolvedAccount }>();

  function localFor(provider: AccountProvider, principal: Principal): ResolvedAccount {
    const id = `${provider} ${principal.userId}`;
    const known = local.get(id);
    if (known !== undefined) return known;
    const resolved = toResolved({ name: LOCAL_NAME, kind: 'local', provider }, toLocalLine(parts, provider, principal), redactor);
    local.set(id, resolved);
    return resolved;
  }

  function hostedFor(account: Account): ResolvedAccount {
    if (config.frozenAt !== undefined) {
      throw new AppError('not_configured', `The clock is frozen, and "${account.name}" is a hosted account, whose clock cannot be.`, {
        hint: 'Unset KALENDS_CLOCK, or work on the account "local".',
      });
    }
    const id = `${account.provider} ${account.name}`;
    const known = hosted.get(id);
    // A new key or address counts from the next call on; what runs ends with the old one.
    if (known?.account.apiKey === account.apiKey && known.account.baseUrl === account.baseUrl) return known.resolved;
    redactor.learn(account.apiKey);
    const { name, provider } = account;
    const resolved = toResolved({ name, kind: 'hosted', provider }, toHostedLine(parts, account), redactor);
    hosted.set(id, { account, resolved });
    return resolved;
  }

  const isOwner = async ({ userId }: Principal) => (await parts.owner()).userId === userId;

  learnAll(book, redactor);
  return {
    async resolve({ provider, name, isRecorded }, principal) {
      if (isLocal(name)) return localFor(provider, principal);
      if (!(await isOwner(principal))) {
        // Names of others' accounts are not told apart from those that nobody has.
        if (name === undefined || (isRecorded !== true && normalizeName(name) === DEFAULT_NAME)) return localFor(provider, principal);
        throw new AppError(
          'forbidden',
          `The account ${quoteName(name)} is not yours: only "${LOCAL_NAME}" is, the service of this installation.`,
          {
            hint: 'Name no account, or "local". Hosted accounts belong to the owner of the installation.',
          },
        );
      }
      const found = book.find(provider, name, { isRecorded });
      return found.kind === 'local' ? localFor(provider, principal) : hostedFor(found.account);
    },
    async namesFor(provider, principal) {
      if (!(await isOwner(principal))) return [LOCAL_NAME];
      return [LOCAL_NAME, ...namesIn(book, provider)].filter((name) => name !== DEFAULT_NAME);
    },
    inspect(account, wrap) {
      redactor.learn(account.apiKey);
      const line = toHostedLine(parts, account, { retries: { maximum: 0 }, timeoutMs: 10_000 });
      return line.open(wrap(line.fetch));
    },
  };
}

function isLocal(name: string | undefined): boolean {
  return name !== undefined && normalizeName(name) === LOCAL_NAME;
}

function namesIn(book: AccountBook, provider: AccountProvider): readonly string[] {
  try {
    return book.list(provider).map(({ name }) => name);
  } catch (error) {
    if (error instanceof AppError) return [];
    throw error;
  }
}

/** What nobody uses yet can be typed by somebody. A vault that cannot be read says so to whoever needs it. */
function learnAll(book: AccountBook, redactor: Redactor): void {
  try {
    for (const provider of PROVIDER_NAMES)
      for (const { apiKey } of [...book.list(provider), ...book.listHidden(provider)]) redactor.learn(apiKey);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }
}

function toResolved(
  account: Pick<ResolvedAccount, 'name' | 'kind' | 'provider'>,
  { fetch, open }: Line,
  { conceal }: Redactor,
): ResolvedAccount {
  return {
    ...account,
    clients: open(fetch),
    rehearse(): Rehearsal {
      const requests: CapturedRequest[] = [];
      return { clients: open(captureWrites(fetch, { requests, conceal })), requests };
    },
  };
}

function toLocalLine({ config, services, now }: AccountParts, provider: AccountProvider, { userId, name, email }: Principal): Line {
  const { notice } = mailStatus(config.mail);
  // In the process, the user travels beside the request and not in it: nothing that comes over a network can say who it is.
  const fetch: Fetch = (request) => services[provider].fetch(request, { userId });
  return {
    fetch,
    open: (by) =>
      provider === 'cal'
        ? {
            cal: createCalcomClient({ baseUrl: 'http://kalends.local', fetch: by, now, isIdempotent: true }),
            ...(notice === undefined ? {} : { invitationNotice: notice }),
          }
        : { whereby: createWherebyClient({ baseUrl: 'http://kalends.local/v1', fetch: by, now }), profile: { name, email } },
  };
}

function toHostedLine(
  { outgoing, redactor }: AccountParts,
  { provider, apiKey, baseUrl, source }: Account,
  patience: Pick<ClientOptions, 'retries' | 'timeoutMs'> = {},
): Line {
  // The environment is set by whoever runs the installation, and the provider's own address by nobody: only other addresses are others' choice.
  const isTrusted = source.kind === 'environment' || baseUrl === PROVIDERS[provider].baseUrl;
  // Of one account, also of its rehearsals: the limit is of the key.
  const pace = createPace(provider === 'cal' ? HOSTED_RATE_LIMIT : undefined);
  const options = { baseUrl, apiKey, pace, conceal: redactor.conceal<string>, ...patience };
  return {
    fetch: isTrusted ? (request) => globalThis.fetch(request) : createGuardedFetch(outgoing),
    open: (fetch) =>
      provider === 'cal'
        ? { cal: createCalcomClient({ ...options, fetch }) }
        : { whereby: createWherebyClient({ ...options, fetch }), profile: { name: null, email: null } },
  };
}
