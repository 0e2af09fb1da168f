import { AppError } from '../../errors.ts';
import type { AccountCheck, AccountList, AccountReport, AccountToAdd } from '../../owner/accounts.ts';
import { describeEnvironment } from '../../runtime-account-environment.ts';
import { clean, pad, widthOf } from '../layout.ts';
import { reachOwner } from '../owner.ts';
import type { Terminal } from '../terminal.ts';
import { checkExitCode, printChecks } from './account-checks.ts';
import { textOf, type Values } from './values.ts';

export async function listAccounts(terminal: Terminal): Promise<number> {
  const { accounts, notices } = await reachOwner(terminal).json<AccountList>('/owner/accounts', { body: describeEnvironment(process.env) });
  if (terminal.isJson) {
    terminal.printJson({ accounts, notices });
  } else {
    terminal.print(toTable(accounts));
    for (const notice of notices) terminal.say(clean(notice));
  }
  return 0;
}

export async function addAccount(values: Values, terminal: Terminal, positionals: readonly string[]): Promise<number> {
  const [providerText, name = 'default'] = positionals;
  const provider = providerOf(providerText);
  const url = textOf(values, 'url');
  const expires = textOf(values, 'expires');
  const apiKey = await readKey(values, terminal, `Key of "${name}" at ${LABELS[provider]}`);
  const body: AccountToAdd = {
    ...{ provider, name, apiKey, replace: values.replace === true, test: values.test !== false },
    ...(url === undefined ? {} : { url }),
    ...(expires === undefined ? {} : { expires }),
  };
  const added = await reachOwner(terminal).json<{ account: AccountReport; check: AccountCheck | null }>('/owner/accounts/add', { body });
  if (terminal.isJson) {
    terminal.printJson(added);
  } else {
    terminal.print(toTable([added.account]));
    const who = added.check?.person ?? null;
    const works = added.check === null ? 'It was not tried.' : `It works${who === null ? '' : `, as ${clean(who)}`}.`;
    terminal.say(`Stored, encrypted. ${works}${added.account.isDefault ? ' Calls that name no account go to it.' : ''}`);
  }
  return 0;
}

export async function testAccounts(terminal: Terminal, positionals: readonly string[]): Promise<number> {
  const [provider, name] = positionals;
  const body = { ...(provider === undefined ? {} : { provider: providerOf(provider) }), ...(name === undefined ? {} : { name }) };
  const { checks } = await reachOwner(terminal).json<{ checks: readonly AccountCheck[] }>('/owner/accounts/check', { body });
  if (terminal.isJson) terminal.printJson({ checks });
  else printChecks(checks, terminal);
  return checkExitCode(checks);
}

export async function renameAccount(terminal: Terminal, positionals: readonly string[]): Promise<number> {
  const [provider, name = '', to = ''] = positionals;
  const body = { provider: providerOf(provider), name, to };
  const account = await reachOwner(terminal).json<AccountReport>('/owner/accounts/rename', { body });
  if (terminal.isJson) terminal.printJson(account);
  else terminal.print(`"${name}" is called "${to}" now. Approvals that wait for it under its old name have to be asked for again.`);
  return 0;
}

export async function removeAccount(terminal: Terminal, positionals: readonly string[]): Promise<number> {
  const [provider, name = ''] = positionals;
  const body = { provider: providerOf(provider), name };
  const { defaultAccount } = await reachOwner(terminal).json<{ defaultAccount: string }>('/owner/accounts/remove', { body });
  if (terminal.isJson) terminal.printJson({ ...body, removed: true, defaultAccount });
  else {
    terminal.print(`"${name}" is forgotten. Calls that name no account go to "${defaultAccount}".`);
    terminal.say('The key itself still works: withdraw it in the settings of the provider if nobody else uses it.');
  }
  return 0;
}

export async function chooseAccount(terminal: Terminal, positionals: readonly string[]): Promise<number> {
  const [provider, name = ''] = positionals;
  const body = { provider: providerOf(provider), name };
  const account = await reachOwner(terminal).json<AccountReport>('/owner/accounts/default', { body });
  if (terminal.isJson) terminal.printJson(account);
  else terminal.print(`Calls that name no account go to "${name}" now.`);
  return 0;
}

const LABELS = { cal: 'Cal.com', whereby: 'Whereby' } as const;

function providerOf(text = ''): keyof typeof LABELS {
  if (text === 'cal' || text === 'whereby') return text;
  // What stands here may be a key that slipped into the wrong place.
  const shown = /^[a-z-]{1,20}$/i.test(text) ? `"${text}" is no provider.` : 'The first word is no provider.';
  throw new AppError('invalid_input', shown, { hint: 'There are "cal" and "whereby": kalends accounts add cal work' });
}

/** A secret as it was given: the option `key`, the variable that `fromEnv` names, `stdin`, or the person's answer. */
export async function readKey(values: Values, terminal: Terminal, prompt: string): Promise<string> {
  const key = textOf(values, 'key');
  if (key !== undefined) {
    terminal.say(
      'A key on the command line can be seen by others on this machine and stays in the history of your shell. --stdin is safer.',
    );
    return key;
  }
  const variable = textOf(values, 'fromEnv');
  if (variable !== undefined) {
    const value = process.env[variable] ?? '';
    if (value !== '') return value;
    throw new AppError('invalid_input', `The variable "${variable}" is not set.`, { hint: 'Name the variable, not the key.' });
  }
  if (values.stdin === true) return readInput();
  if (!terminal.canAsk) {
    throw new AppError('invalid_input', 'There is no key, and nobody to ask for it.', {
      hint: 'Pipe it in with --stdin, or name a variable with --from-env.',
    });
  }
  const { isCancel, password } = await import('@clack/prompts');
  const answer = await password({ message: prompt, mask: '•' });
  if (isCancel(answer)) throw new AppError('cancelled', 'Nothing was stored.');
  return answer;
}

async function readInput(): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString('utf8').trim();
}

function toTable(accounts: readonly AccountReport[]): string {
  const rows = accounts.map(({ provider, name, isDefault, isHidden, source, key, baseUrl, expiresAt }) => [
    provider,
    name,
    isDefault ? 'default' : isHidden ? 'hidden' : '',
    key ?? '',
    baseUrl === null ? 'this installation' : clean(baseUrl),
    source ?? '',
    expiresAt === null ? '' : `expires ${expiresAt.slice(0, 10)}`,
  ]);
  const widths = [0, 1, 2, 3, 4, 5].map((column) => Math.max(...rows.map((row) => widthOf(row[column] ?? ''))));
  return rows.map((row) => `  ${row.map((cell, column) => pad(cell, widths[column] ?? 0)).join('  ')}`.trimEnd()).join('\n');
}
