import { toAppError } from '../../errors.ts';
import type { AccountCheck } from '../../owner/accounts.ts';
import { clean, paint } from '../layout.ts';
import type { Terminal } from '../terminal.ts';

/** A clock that is further off than this lets signed requests and short tokens fail. */
const MUCH_SKEW_MS = 30_000;

/** What each account said, a paragraph for each. */
export function printChecks(checks: readonly AccountCheck[], terminal: Terminal): void {
  for (const check of checks) terminal.print(describeCheck(check, terminal).join('\n'));
}

/** 0 when all accounts work, else that of the first failure. */
export function checkExitCode(checks: readonly AccountCheck[]): number {
  const error = checks.find((check) => !check.ok)?.error;
  return error ? toAppError(error).exitCode : 0;
}

function describeCheck(check: AccountCheck, { look }: Terminal): readonly string[] {
  const { provider, name, baseUrl, ok, error, person, reads, latencyMs, clockSkewMs, rateLimit, expiresAt } = check;
  const head = `${ok ? paint(look, 'green', 'ok') : paint(look, 'red', 'failed')}  ${provider} "${name}"`;
  const where = baseUrl === null ? 'this installation' : clean(baseUrl);
  const line = (label: string, text: string) => `    ${label.padEnd(10)}${text}`;
  const states = reads.map(
    ({ name: read, version, state }) => `${read}${version === null ? '' : ` ${version}`}${state === 'ok' ? '' : ` (${state})`}`,
  );
  return [
    `${head}, ${where}${person === null ? '' : `, as ${clean(person)}`}`,
    ...(error === null ? [] : [line('error', clean(error.message))]),
    ...(error?.hint === undefined ? [] : [line('', clean(error.hint))]),
    ...(states.length === 0 ? [] : [line('reads', states.join(', '))]),
    ...(latencyMs === null ? [] : [line('answers', `in ${latencyMs} ms`)]),
    ...(clockSkewMs === null ? [] : [line('clock', describeSkew(clockSkewMs))]),
    ...(rateLimit === null
      ? []
      : [line('limit', `${rateLimit.remaining ?? 'an unknown number'} of ${rateLimit.limit ?? 'an unknown number'} left`)]),
    ...(expiresAt === null ? [] : [line('key', `expires ${expiresAt.slice(0, 10)}`)]),
  ];
}

function describeSkew(skewMs: number): string {
  if (Math.abs(skewMs) < 1500) return 'agrees with theirs';
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  const serious = Math.abs(skewMs) > MUCH_SKEW_MS ? ': set the clock of this machine' : '';
  return `theirs is ${seconds} s ${skewMs > 0 ? 'ahead of' : 'behind'} ours${serious}`;
}
