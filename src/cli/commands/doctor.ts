import { AppError } from '../../errors.ts';
import type { AccountCheck, AccountList, CheckUp } from '../../owner/accounts.ts';
import type { OwnerStatus } from '../../owner/door.ts';
import { describeEnvironment } from '../../runtime-account-environment.ts';
import { examineInstallation, type Finding } from '../../runtime-doctor.ts';
import { clean, paint } from '../layout.ts';
import { reachOwner } from '../owner.ts';
import type { Terminal } from '../terminal.ts';
import { version } from '../version.ts';
import { checkExitCode, printChecks } from './account-checks.ts';
import type { Values } from './values.ts';

/** `kalends doctor` */
export async function doctor(values: Values, terminal: Terminal): Promise<number> {
  const found = examineInstallation(process.env);
  const running = found.some(({ state }) => state === 'failed') ? skipped() : await examineRunning(terminal);
  const findings = [...found, ...running];
  const isBroken = findings.some(({ state }) => state === 'failed');
  const checks = values.live === true && !isBroken ? await callAccounts(terminal) : undefined;
  const exitCode = isBroken ? 1 : checkExitCode(checks ?? []);
  if (terminal.isJson) {
    terminal.printJson({ success: exitCode === 0, findings, ...(checks === undefined ? {} : { accounts: checks }) }, findings);
    return exitCode;
  }
  for (const finding of findings) terminal.print(describe(finding, terminal));
  if (checks !== undefined) printChecks(checks, terminal);
  else if (!isBroken) terminal.say('No account was called; --live does that.');
  return exitCode;
}

function skipped(): readonly Finding[] {
  return [{ name: 'database', state: 'warning', message: 'Not looked at: first mend what failed above.' }];
}

async function examineRunning(terminal: Terminal): Promise<readonly Finding[]> {
  const owner = reachOwner(terminal);
  try {
    const status = await owner.json<OwnerStatus>('/owner/status');
    const checkUp = await owner.json<CheckUp>('/owner/check-up');
    const { accounts, notices } = await owner.json<AccountList>('/owner/accounts', { body: describeEnvironment(process.env) });
    const { done, known } = checkUp.migrations;
    const names = accounts
      .filter(({ isHidden }) => !isHidden)
      .map(({ provider, name, isDefault }) => `${provider} "${name}"${isDefault ? ' (default)' : ''}`);
    return [
      status.version === version
        ? { name: 'process', state: 'ok', message: `Kalends ${version}, process ${status.pid}` }
        : {
            name: 'process',
            state: 'warning',
            message: `Kalends ${status.version} runs, and this is ${version}.`,
            hint: 'End the old one with `kalends stop`.',
          },
      done === known
        ? { name: 'database', state: 'ok', message: `${checkUp.database}, answers in ${checkUp.queryMs} ms` }
        : {
            name: 'database',
            state: 'failed',
            message: `${done} of ${known} migrations are done.`,
            hint: 'Restart Kalends with `kalends stop`.',
          },
      { name: 'accounts', state: 'ok', message: names.join(', ') },
      ...notices.map((message): Finding => ({ name: 'accounts', state: 'warning', message })),
    ];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return [{ name: 'process', state: 'failed', message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) }];
  }
}

async function callAccounts(terminal: Terminal): Promise<readonly AccountCheck[]> {
  return (await reachOwner(terminal).json<{ checks: readonly AccountCheck[] }>('/owner/accounts/check', { body: {} })).checks;
}

const INKS = { ok: 'green', warning: 'yellow', failed: 'red' } as const;

function describe({ name, state, message, hint }: Finding, { look }: Terminal): string {
  const head = `${paint(look, INKS[state], state.padEnd(7))}  ${name.padEnd(14)}  ${clean(message)}`;
  return hint === undefined ? head : `${head}\n${' '.repeat(25)}${clean(hint)}`;
}
