import { sql } from 'kysely';
import {
  type Account,
  type AccountBook,
  type AccountProvider,
  checkBaseUrl,
  checkKey,
  LOCAL_NAME,
  PROVIDER_NAMES,
  PROVIDERS,
  readExpiry,
} from './accounts/index.ts';
import { AppError, toErrorEnvelope } from './errors.ts';
import { createOutgoing, type Outgoing } from './outgoing/index.ts';
import type { AccountCheck, AccountDesk, AccountReport, AccountToAdd } from './owner/accounts.ts';
import { checkHosted, checkLocal } from './runtime-account-check.ts';
import { compareEnvironments } from './runtime-account-environment.ts';
import type { Accounts } from './runtime-accounts.ts';
import { appliedMigrations } from './store/migrate.ts';
import { migrations } from './store/migrations/index.ts';
import type { Store } from './store/store.ts';
import { maskSecret, type Redactor } from './toolkit/redact.ts';
import type { Principal } from './toolkit/tool.ts';

export interface AccountDeskParts {
  readonly book: AccountBook;
  readonly accounts: Accounts;
  /** Of this process's environment. */
  readonly environment: readonly Account[];
  readonly redactor: Redactor;
  readonly outgoing: Outgoing;
  readonly store: Store;
  readonly principal: () => Promise<Principal>;
}

/** The accounts, for the person behind the owner's socket. */
export function createAccountDesk({ book, accounts, environment, redactor, outgoing, store, principal }: AccountDeskParts): AccountDesk {
  const reportsOf = (provider: AccountProvider): readonly AccountReport[] => {
    const chosen = book.defaultOf(provider);
    const hidden = book.listHidden(provider).map((account) => toReport(account, { isDefault: false, isHidden: true }));
    const shown = book.list(provider).map((account) => toReport(account, { isDefault: account.name === chosen, isHidden: false }));
    return [toLocalReport(provider, chosen === LOCAL_NAME), ...shown, ...hidden];
  };

  function reportOf(provider: AccountProvider, name: string): AccountReport {
    const found = reportsOf(provider).find((report) => report.name === name && !report.isHidden);
    if (found !== undefined) return found;
    throw new AppError('not_configured', `There is no account named "${name}" for ${PROVIDERS[provider].label}.`);
  }

  async function toAccount({ provider, name, apiKey: given, url, expires, replace }: AccountToAdd): Promise<Account> {
    const apiKey = checkKey(given, 'The key');
    redactor.learn(apiKey);
    const previous = replace ? book.list(provider).find((account) => account.name === name) : undefined;
    const baseUrl = url === undefined ? (previous?.baseUrl ?? PROVIDERS[provider].baseUrl) : checkBaseUrl(url, provider, 'The address');
    if (baseUrl !== PROVIDERS[provider].baseUrl) await checkAddress(baseUrl, outgoing);
    return { provider, name, apiKey, baseUrl, expiresAt: readExpiry(apiKey, expires), source: { kind: 'vault', addedAt: '' } };
  }

  async function check(account: Account): Promise<AccountCheck> {
    return redactor.redact(await checkHosted(accounts, account));
  }

  return {
    async list({ salt = '', environment: theirs }) {
      const reports = PROVIDER_NAMES.flatMap((provider) => reportsOf(provider));
      const differences = theirs === undefined ? [] : compareEnvironments(environment, theirs, salt);
      return { accounts: reports, notices: [...differences, ...noticesOf(reports, Date.now())] };
    },

    async add(given) {
      book.checkNew(given.provider, given.name, { replace: given.replace });
      const account = await toAccount(given);
      const found = given.test ? await check(account) : null;
      if (found?.error) {
        const { code, message } = found.error;
        throw new AppError(code, `The account was not stored, for it does not work: ${message}`, {
          hint: code === 'unauthenticated' ? 'Is it the whole key, and for this address?' : 'Store it all the same with --no-test.',
        });
      }
      const { source: _source, ...rest } = account;
      await book.add(rest, { replace: given.replace });
      return { account: reportOf(given.provider, given.name), check: found };
    },

    async rename({ provider, name, to }) {
      await book.rename(provider, name, to);
      return reportOf(provider, to);
    },

    async remove({ provider, name }) {
      await book.remove(provider, name);
      return { defaultAccount: book.defaultOf(provider) };
    },

    async choose({ provider, name }) {
      await book.choose(provider, name);
      return reportOf(provider, name);
    },

    async check({ provider, name }) {
      const providers = provider === undefined ? PROVIDER_NAMES : [provider];
      const person = await principal();
      const found = providers.flatMap((one) => {
        if (name === undefined) return [{ one, account: undefined }, ...book.list(one).map((account) => ({ one, account }))];
        const wanted = book.find(one, name);
        return [{ one, account: wanted.kind === 'local' ? undefined : wanted.account }];
      });
      return Promise.all(found.map(({ one, account }) => (account === undefined ? checkLocal(accounts, one, person) : check(account))));
    },

    async checkUp() {
      const startedAt = performance.now();
      const { rows } = await sql<{ version: string }>`select version() as version`.execute(store.db);
      const queryMs = Math.round((performance.now() - startedAt) * 10) / 10;
      const done = (await appliedMigrations(store.db)) ?? [];
      const version = rows[0]?.version.split(/ on |,/)[0] ?? 'unknown';
      return {
        database: store.engine === 'pglite' ? `Embedded ${version}` : version,
        migrations: { done: done.length, known: Object.keys(migrations).length },
        queryMs,
      };
    },
  };
}

/** Nobody but who listed it may be called inside the own network, and no key goes over the internet in clear. */
async function checkAddress(baseUrl: string, outgoing: Outgoing): Promise<void> {
  await outgoing.check(baseUrl);
  if (!baseUrl.startsWith('http:')) return;
  const isPublic = await createOutgoing()
    .check(baseUrl)
    .then(
      () => true,
      (error: unknown) => toErrorEnvelope(error).code !== 'forbidden',
    );
  if (!isPublic) return;
  throw new AppError('forbidden', `"${baseUrl}" would get the key in clear, for everybody on the way to read.`, {
    hint: 'Use its https:// address.',
  });
}

function toLocalReport(provider: AccountProvider, isDefault: boolean): AccountReport {
  return { provider, name: LOCAL_NAME, kind: 'local', isDefault, source: null, key: null, baseUrl: null, expiresAt: null, isHidden: false };
}

function toReport(
  { provider, name, apiKey, baseUrl, expiresAt, source }: Account,
  flags: Pick<AccountReport, 'isDefault' | 'isHidden'>,
): AccountReport {
  const from = source.kind === 'environment' ? source.variable : 'vault';
  return { provider, name, kind: 'hosted', source: from, key: maskSecret(apiKey), baseUrl, expiresAt, ...flags };
}

const SOON_MS = 14 * 86_400_000;

function noticesOf(reports: readonly AccountReport[], now: number): readonly string[] {
  return reports.flatMap(({ provider, name, expiresAt, isHidden, source }) => {
    if (isHidden)
      return [`The account "${name}" of the vault is not used: the environment has one of this name for ${PROVIDERS[provider].label}.`];
    const left = expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(expiresAt) - now;
    if (left > SOON_MS) return [];
    const renew = source === 'vault' ? ` Give it a new key with \`kalends accounts add ${provider} ${name} --replace\`.` : '';
    return [
      `The key of "${name}" (${PROVIDERS[provider].label}) ${left <= 0 ? 'expired' : 'expires'} on ${expiresAt?.slice(0, 10)}.${renew}`,
    ];
  });
}
