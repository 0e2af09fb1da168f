import { AppError } from '../errors.ts';
import type { ResolvedAccount } from './account.ts';

/** The refusal of somebody else's server with the account it was for, what the person can do, and how long to wait; any other error as it is. */
export function tellAccount(error: unknown, { kind, name, provider }: Pick<ResolvedAccount, 'kind' | 'name' | 'provider'>): unknown {
  if (!(error instanceof AppError) || kind === 'local' || provider === 'mcp') return error;
  const { code, message, details, retryAfterSeconds, cause } = error;
  const status = details?.upstreamStatus;
  if (typeof status !== 'number') return error;
  const hint = error.hint ?? hintFor(status, { account: `${provider} ${name}`, name, retryAfterSeconds });
  return new AppError(code, message, {
    cause: cause ?? error,
    ...(hint === undefined ? {} : { hint }),
    details: { ...details, account: name, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) },
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

interface About {
  /** "cal work" */
  readonly account: string;
  readonly name: string;
  readonly retryAfterSeconds: number | undefined;
}

function hintFor(status: number, { account, name, retryAfterSeconds }: About): string | undefined {
  const test = `\`kalends accounts test ${account}\``;
  if (status === 401) {
    return `The key of the account "${name}" is not accepted. Give it a new one with \`kalends accounts add ${account} --replace\`, or in the variable it comes from; ${test} tries it.`;
  }
  if (status === 403) return `The key of the account "${name}" may not do this; ${test} tells whose it is and what it may read.`;
  if (status === 429) {
    const wait = retryAfterSeconds === undefined ? 'Wait a minute' : `Wait ${retryAfterSeconds} s`;
    return `${wait}, then try again: too many requests were made with the key of the account "${name}".`;
  }
  if (status < 500) return undefined;
  const wait = retryAfterSeconds === undefined ? 'in a moment' : `in ${retryAfterSeconds} s`;
  return `The server of the account "${name}" failed. Look whether something was changed, and try again ${wait}; ${test} tells whether it works.`;
}
