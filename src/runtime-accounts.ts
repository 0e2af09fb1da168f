import type { Config } from './config.ts';
import { AppError } from './errors.ts';
import { mailStatus } from './mail/index.ts';
import type { ServiceEnv } from './server/index.ts';
import type { ResolvedAccount } from './toolkit/gate.ts';
import type { Principal } from './toolkit/tool.ts';
import type { Clients } from './tools/index.ts';
import { createCalcomClient, HOSTED_RATE_LIMIT } from './wire/calcom/index.ts';

export interface AccountParts {
  readonly config: Pick<Config, 'calcom' | 'mail'>;
  readonly service: { fetch(request: Request, env: ServiceEnv): Response | Promise<Response> };
  /** The domain clock of the embedded service. */
  readonly now: () => number;
}

/**
 * Where calls go: `local` is the embedded service, as the calling user; `hosted` is the Cal.com account of the environment. `default`, or no name, is
 * the hosted account where there is one.
 */
export function createAccounts({
  config,
  service,
  now,
}: AccountParts): (name: string | undefined, principal: Principal) => ResolvedAccount {
  const { calcom } = config;
  const { notice } = mailStatus(config.mail);
  const hosted: ResolvedAccount | undefined = calcom && {
    name: 'hosted',
    kind: 'hosted',
    clients: { cal: createCalcomClient({ baseUrl: calcom.apiUrl, apiKey: calcom.apiKey, rateLimit: HOSTED_RATE_LIMIT }) } satisfies Clients,
  };
  const local = new Map<number, ResolvedAccount>();

  function localFor({ userId }: Principal): ResolvedAccount {
    const known = local.get(userId);
    if (known) return known;
    // In the process, the user travels beside the request and not in it: nothing that comes over a network can say who it is.
    const fetch = (request: Request) => service.fetch(request, { userId });
    const cal = createCalcomClient({ baseUrl: 'http://kalends.local', fetch, now, isIdempotent: true });
    const account: ResolvedAccount = {
      name: 'local',
      kind: 'local',
      clients: { cal, ...(notice === undefined ? {} : { invitationNotice: notice }) } satisfies Clients,
    };
    local.set(userId, account);
    return account;
  }

  return (name, principal) => {
    if (name === 'local') return localFor(principal);
    if (name === undefined || name === 'default') return hosted ?? localFor(principal);
    if (name === 'hosted' && hosted) return hosted;
    throw new AppError('not_configured', `There is no account named "${name}".`, {
      hint: hosted ? 'There are "local" and "hosted".' : 'There is "local"; set CALCOM_API_KEY for a hosted one.',
    });
  };
}
