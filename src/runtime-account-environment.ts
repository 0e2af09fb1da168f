import { createHash, randomBytes } from 'node:crypto';
import type { Account } from './accounts/account.ts';
import { readEnvironmentAccounts } from './accounts/environment.ts';
import type { EnvironmentToCompare } from './owner/accounts.ts';

type Digests = NonNullable<EnvironmentToCompare['environment']>;

/** The accounts of this process's environment, so that the owner can compare them with those it started with. No key travels. */
export function describeEnvironment(environment: NodeJS.ProcessEnv): Required<EnvironmentToCompare> {
  const salt = randomBytes(16).toString('hex');
  return { salt, environment: digestsOf(readEnvironmentAccounts(environment), salt) };
}

/** What the environment of a command says that the owner's did not, or the other way about. */
export function compareEnvironments(ours: readonly Account[], theirs: Digests, salt: string): readonly string[] {
  const mine = digestsOf(ours, salt);
  const same = (one: Digests[number], other: Digests[number]) => one.provider === other.provider && one.name === other.name;
  const isOnlyYours = ({ provider, name }: Digests[number]) =>
    `Your environment has an account "${name}" for ${provider} that the running Kalends does not know: it started without it.`;
  const isOnlyOurs = ({ provider, name }: Digests[number]) =>
    `The account "${name}" for ${provider} is from the environment that Kalends was started in, not from yours.`;
  const isOther = ({ provider, name }: Digests[number]) =>
    `The account "${name}" for ${provider} has another key or address in your environment than in the one that Kalends was started in.`;
  const found = [
    ...theirs.filter((one) => !mine.some((other) => same(one, other))).map(isOnlyYours),
    ...mine.filter((one) => !theirs.some((other) => same(one, other))).map(isOnlyOurs),
    ...theirs.filter((one) => mine.some((other) => same(one, other) && one.digest !== other.digest)).map(isOther),
  ];
  return found.length === 0
    ? []
    : [...found, 'Calls use the environment that Kalends was started in; `kalends stop` lets the next command start it anew.'];
}

function digestsOf(accounts: readonly Account[], salt: string): Digests {
  return accounts.map(({ provider, name, apiKey, baseUrl }) => ({
    provider,
    name,
    digest: createHash('sha256').update([salt, baseUrl, apiKey].join('\n')).digest('hex'),
  }));
}
