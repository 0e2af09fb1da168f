import { AppError } from '../errors.ts';
import { type Account, checkName, DEFAULT_NAME, FORMER_NAME, LOCAL_NAME, normalizeName, quoteName } from './account.ts';
import { type AccountProvider, PROVIDERS } from './provider.ts';
import type { Vault, VaultContent } from './vault.ts';

/** The account a name stands for; `local` is the embedded service. */
export type Found = { readonly kind: 'local' } | { readonly kind: 'hosted'; readonly account: Account };

/** A new account of the vault, checked. */
export type NewAccount = Omit<Account, 'source'>;

/** All accounts of the installation, of the environment and of the vault. Read anew each time: what changes counts from the next call on. */
export interface AccountBook {
  /** By name; an account of the environment hides one of the vault with its name. */
  list(provider: AccountProvider): readonly Account[];
  /** Of the vault, and hidden by one of the environment. */
  listHidden(provider: AccountProvider): readonly Account[];
  /** The name of the account that calls without one go to. */
  defaultOf(provider: AccountProvider): string;
  /** Throws `not_configured` for a name nobody has. */
  find(provider: AccountProvider, name: string | undefined, options?: { readonly isRecorded?: boolean | undefined }): Found;
  /** Throws what `add` would, before anybody is called with the new key. */
  checkNew(provider: AccountProvider, name: string, options?: { readonly replace?: boolean }): void;
  /** `replace`: takes the place of one of this name. */
  add(account: NewAccount, options?: { readonly replace?: boolean }): Promise<Account>;
  rename(provider: AccountProvider, from: string, to: string): Promise<void>;
  remove(provider: AccountProvider, name: string): Promise<void>;
  choose(provider: AccountProvider, name: string): Promise<void>;
}

export interface AccountBookParts {
  /** The accounts of this process's environment, as it was at its start. */
  readonly environment: readonly Account[];
  readonly vault: Vault;
  /** Names that mean something else where accounts are named: those of functions. */
  readonly takenNames?: ReadonlySet<string>;
}

export function createAccountBook({ environment, vault, takenNames }: AccountBookParts): AccountBook {
  const ofEnvironment = (provider: AccountProvider) => environment.filter((account) => account.provider === provider);
  const ofVault = (provider: AccountProvider, content = vault.read()) =>
    content.accounts.filter((account) => account.provider === provider).map(toAccount);
  const isHidden = (account: Account) => ofEnvironment(account.provider).some(({ name }) => name === account.name);

  function list(provider: AccountProvider, content = vault.read()): readonly Account[] {
    const visible = ofVault(provider, content).filter((account) => !isHidden(account));
    return [...ofEnvironment(provider), ...visible].sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  /** The chosen one while it is there; else the one that is called so; else the first of the environment, then of the vault. */
  function defaultOf(provider: AccountProvider, content = vault.read()): string {
    const accounts = list(provider, content);
    const chosen = content.defaults[provider];
    if (chosen === LOCAL_NAME || accounts.some(({ name }) => name === chosen)) return chosen ?? LOCAL_NAME;
    if (accounts.some(({ name }) => name === DEFAULT_NAME)) return DEFAULT_NAME;
    return (accounts.find(({ source }) => source.kind === 'environment') ?? accounts[0])?.name ?? LOCAL_NAME;
  }

  function named(provider: AccountProvider, name: string): Account | undefined {
    // An account of the environment is found although the vault is damaged.
    return ofEnvironment(provider).find((account) => account.name === name) ?? ofVault(provider).find((account) => account.name === name);
  }

  function stored(content: VaultContent, provider: AccountProvider, name: string): VaultContent['accounts'][number] {
    const found = content.accounts.find((account) => account.provider === provider && account.name === name);
    if (found !== undefined) return found;
    if (name === LOCAL_NAME) {
      throw new AppError('invalid_input', '"local" is the service of this installation: it keeps its name and stays.', {
        hint: `Choose another account for calls that name none: \`kalends accounts default ${provider} NAME\`.`,
      });
    }
    const variable = ofEnvironment(provider).find((account) => account.name === name)?.source;
    if (variable?.kind === 'environment') {
      throw new AppError('conflict', `The account "${name}" comes from the variable ${variable.variable} of the environment.`, {
        hint: `Change it there, and restart Kalends with \`kalends stop\`.`,
      });
    }
    throw unknownName(provider, name);
  }

  function checkNew(provider: AccountProvider, name: string, { accounts }: VaultContent, { replace = false } = {}): void {
    checkName(name, takenNames);
    const where = PROVIDERS[provider].label;
    if (ofEnvironment(provider).some((known) => known.name === name)) {
      throw new AppError('conflict', `The environment has an account "${name}" for ${where} already, and it goes first.`, {
        hint: 'Choose another name, or unset the variable and restart Kalends with `kalends stop`.',
      });
    }
    if (!replace && accounts.some((known) => known.provider === provider && known.name === name)) {
      throw new AppError('conflict', `There is an account "${name}" for ${where} already.`, {
        hint: 'Choose another name, or add --replace to give it the new key.',
      });
    }
  }

  function unknownName(provider: AccountProvider, name: string): AppError {
    const names = [LOCAL_NAME, ...list(provider).map((account) => account.name)];
    return new AppError('not_configured', `${quoteName(name)} is no account for ${PROVIDERS[provider].label}.`, {
      hint: `There ${names.length === 1 ? 'is' : 'are'} ${names.map((known) => `"${known}"`).join(', ')}. Add one with \`kalends accounts add ${provider} NAME\`.`,
      details: { provider, accounts: names },
    });
  }

  return {
    list: (provider) => list(provider),
    listHidden: (provider) => ofVault(provider).filter(isHidden),
    defaultOf: (provider) => defaultOf(provider),

    find(provider, given, { isRecorded = false } = {}) {
      const wanted = given === undefined ? DEFAULT_NAME : isRecorded ? given : normalizeName(given);
      const name = wanted === DEFAULT_NAME && !isRecorded ? defaultOf(provider) : wanted;
      if (name === LOCAL_NAME) return { kind: 'local' };
      const account = named(provider, name) ?? (name === FORMER_NAME ? formerlyHosted(provider) : undefined);
      if (account === undefined) throw unknownName(provider, given ?? name);
      return { kind: 'hosted', account };
    },

    checkNew: (provider, name, options) => checkNew(provider, name, vault.read(), options),

    async add(account, options) {
      const { provider, name } = account;
      const entry = { ...account, addedAt: new Date().toISOString() };
      await vault.change((content) => {
        checkNew(provider, name, content, options);
        const others = content.accounts.filter((known) => known.provider !== provider || known.name !== name);
        // One more account never changes where calls without a name go; the first one does.
        const before = defaultOf(provider, content);
        const isFirst = list(provider, content).length === 0 && content.defaults[provider] === undefined;
        return { ...content, accounts: [...others, entry], defaults: { ...content.defaults, [provider]: isFirst ? name : before } };
      });
      return toAccount(entry);
    },

    async rename(provider, from, to) {
      if (to === DEFAULT_NAME) {
        throw new AppError('invalid_input', '"default" is what the chosen account is called, and no name to give.', {
          hint: `Choose it as the default with \`kalends accounts default ${provider} ${from}\`.`,
        });
      }
      checkName(to, takenNames);
      await vault.change((content) => {
        const account = stored(content, provider, from);
        if (list(provider, content).some(({ name }) => name === to)) {
          throw new AppError('conflict', `There is an account "${to}" for ${PROVIDERS[provider].label} already.`, {
            hint: 'Choose another name.',
          });
        }
        const accounts = content.accounts.map((known) => (known === account ? { ...known, name: to } : known));
        const isChosen = content.defaults[provider] === from;
        return { ...content, accounts, defaults: isChosen ? { ...content.defaults, [provider]: to } : content.defaults };
      });
    },

    async remove(provider, name) {
      await vault.change((content) => {
        const account = stored(content, provider, name);
        const { [provider]: chosen, ...others } = content.defaults;
        const defaults = chosen === undefined || chosen === name ? others : content.defaults;
        return { ...content, accounts: content.accounts.filter((known) => known !== account), defaults };
      });
    },

    async choose(provider, name) {
      if (name !== LOCAL_NAME && named(provider, name) === undefined) throw unknownName(provider, name);
      const literal = ofVault(provider).some((account) => account.name === DEFAULT_NAME && !isHidden(account));
      if (literal && name !== DEFAULT_NAME) {
        throw new AppError('conflict', 'An account of the vault is itself named "default": nobody could call it any more.', {
          hint: `Give it another name first: \`kalends accounts rename ${provider} default NAME\`.`,
        });
      }
      await vault.change((content) => ({ ...content, defaults: { ...content.defaults, [provider]: name } }));
    },
  };

  function formerlyHosted(provider: AccountProvider): Account | undefined {
    const plain = ofEnvironment(provider).find(({ name }) => name === DEFAULT_NAME);
    return plain ?? list(provider).find(({ name }) => name === defaultOf(provider));
  }
}

function toAccount({ addedAt, ...account }: VaultContent['accounts'][number]): Account {
  return { ...account, source: { kind: 'vault', addedAt } };
}
