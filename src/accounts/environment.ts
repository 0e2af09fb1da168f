import { AppError } from '../errors.ts';
import { type Account, checkBaseUrl, checkKey, checkName, DEFAULT_NAME, normalizeName, readExpiry } from './account.ts';
import { type AccountProvider, PROVIDER_NAMES, PROVIDERS } from './provider.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The accounts that variables name: `CALCOM_API_KEY` is `default`, `CALCOM_API_KEY__WORK_EU` is `work-eu`; `CALCOM_API_URL__WORK_EU` is its address.
 * An account without an address of its own has the provider's: a key never goes to the server of another.
 */
export function readEnvironmentAccounts(environment: Environment): readonly Account[] {
  return PROVIDER_NAMES.flatMap((provider) => readProvider(provider, environment));
}

function readProvider(provider: AccountProvider, environment: Environment): readonly Account[] {
  const { keyVariable, urlVariable, baseUrl } = PROVIDERS[provider];
  const accounts = new Map<string, Account>();
  for (const variable of Object.keys(environment).sort()) {
    const value = environment[variable] ?? '';
    if (value === '' || (variable !== keyVariable && !variable.startsWith(`${keyVariable}__`))) continue;
    const suffix = variable.slice(keyVariable.length);
    const name = suffix === '' ? DEFAULT_NAME : nameOf(variable, suffix.slice(2));
    if (accounts.has(name)) {
      throw new AppError('invalid_input', `${variable} names the account "${name}", and so does another variable.`, {
        hint: 'Unset one of the two.',
      });
    }
    const url = environment[`${urlVariable}${suffix}`] ?? '';
    const apiKey = checkKey(value, variable);
    accounts.set(name, {
      provider,
      name,
      apiKey,
      baseUrl: url === '' ? baseUrl : checkBaseUrl(url, provider, `${urlVariable}${suffix}`),
      expiresAt: readExpiry(apiKey),
      source: { kind: 'environment', variable },
    });
  }
  return [...accounts.values()];
}

function nameOf(variable: string, text: string): string {
  try {
    return checkName(normalizeName(text));
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
    throw new AppError('invalid_input', `${variable}: ${cause.message}`, {
      cause,
      ...(cause.hint === undefined ? {} : { hint: cause.hint }),
    });
  }
}
