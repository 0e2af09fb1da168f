import { text as readAll } from 'node:stream/consumers';
import { homeOf } from '../../config.ts';
import { AppError } from '../../errors.ts';
import type { AccountCheck, AccountList, AccountReport } from '../../owner/accounts.ts';
import { describeEnvironment } from '../../runtime-account-environment.ts';
import type { CommandDescription } from '../../surfaces/cli.ts';
import { toCommandLine } from '../../surfaces/samples.ts';
import { toTable } from '../format.ts';
import { reachOwner } from '../owner.ts';
import { type Permissions, parsePermission, readPermissions, writePermissions } from '../policy-file.ts';
import type { Terminal } from '../terminal.ts';
import { listOf, textOf, type Values } from './values.ts';

type Provider = AccountReport['provider'];

/** What an account is made of; the key goes into the vault and is never shown. */
const FIELDS: Readonly<Record<Provider, readonly Field[]>> = {
  cal: [
    { key: 'access_token', label: 'API key', type: 'secret', required: true, description: 'A key of Cal.com, beginning with "cal_".' },
    { key: 'url', label: 'Address', type: 'url', required: false, description: 'Of a server of your own; https://api.cal.com by default.' },
  ],
  whereby: [
    { key: 'access_token', label: 'API key', type: 'secret', required: true, description: 'A key of Whereby.' },
    { key: 'url', label: 'Address', type: 'url', required: false, description: 'https://api.whereby.dev/v1 by default.' },
  ],
};
const KEY_NAMES = ['access_token', 'api_key', 'key', 'token'];

interface Field {
  readonly key: string;
  readonly label: string;
  readonly type: 'secret' | 'url';
  readonly required: boolean;
  readonly description: string;
}

/** `integrations:status`: each provider with its accounts and what its functions may do. */
export async function showStatus(descriptions: readonly CommandDescription[], terminal: Terminal): Promise<number> {
  const accounts = await readAccounts(terminal);
  const home = homeOf(process.env);
  const rows = providers(descriptions).map((name) => {
    const own = accounts.filter(({ provider, isHidden }) => provider === name && !isHidden);
    const { read = 'allow', write = 'ask' } = readPermissions(home, { provider: name });
    return {
      name,
      active: true,
      configured: own.some(({ kind }) => kind === 'hosted'),
      accounts: own.map(({ name: account }) => account),
      default_account: own.find(({ isDefault }) => isDefault)?.name ?? 'local',
      functions: descriptions.filter(({ provider }) => provider === name).length,
      auth_strategy: 'api_key',
      permissions: { read, write },
    };
  });
  if (terminal.isJson) terminal.printJson({ success: true, providers: Object.fromEntries(rows.map(({ name, ...row }) => [name, row])) });
  else
    terminal.print(
      toTable(
        rows.map(({ name, configured, accounts, functions, permissions }) => ({ name, configured, ...permissions, accounts, functions })),
        terminal.look,
      ).trimEnd(),
    );
  return 0;
}

/** `integrations:fields cal`: what an account needs, never a value. */
export async function showFields(values: Values, terminal: Terminal, [name]: readonly string[]): Promise<number> {
  const provider = providerOf(name);
  const account = textOf(values, 'account') ?? 'default';
  const accounts = (await readAccounts(terminal)).filter((one) => one.provider === provider && one.kind === 'hosted');
  const found = accounts.find((one) => one.name === account);
  const fields = FIELDS[provider].map((field) => ({
    ...field,
    configured: found !== undefined && (field.key !== 'url' || found.baseUrl !== null),
  }));
  const example = `kalends integrations:configure ${provider}${account === 'default' ? '' : ` --account ${account}`} --stdin-json`;
  if (terminal.isJson) {
    const names = accounts.map((one) => one.name);
    terminal.printJson({ success: true, provider, account, accounts: names, auth_strategy: 'api_key', fields, example }, fields);
  } else {
    terminal.print(
      toTable(
        fields.map(({ key, type, required, configured, description }) => ({ name: key, type, required, configured, description })),
        terminal.look,
      ).trimEnd(),
    );
    terminal.say(`Set them with: ${example}`);
  }
  return 0;
}

/** `integrations:doctor [provider]`: what is set up; with `--live` whether it works. */
export async function examineProviders(
  descriptions: readonly CommandDescription[],
  values: Values,
  terminal: Terminal,
  [name]: readonly string[],
): Promise<number> {
  const wanted = name === undefined ? providers(descriptions) : [providerOf(name)];
  const accounts = await readAccounts(terminal);
  const checks = values.live === true ? await check(terminal, name === undefined ? {} : { provider: providerOf(name) }) : [];
  const home = homeOf(process.env);
  const found = wanted.map((provider) => {
    const own = accounts.filter((one) => one.provider === provider);
    const functions = descriptions.filter((description) => description.provider === provider);
    return {
      provider,
      enabled: true,
      configured: own.some(({ kind }) => kind === 'hosted'),
      accounts: own,
      permissions: { read: 'allow', write: 'ask', ...readPermissions(home, { provider }) },
      function_count: functions.length,
      example_functions: functions.slice(0, 5).map(({ tool }) => tool),
      checks: checks.filter((one) => one.provider === provider),
      next_commands: [
        `kalends integrations:configure ${provider} --stdin-json`,
        ...functions.slice(0, 1).map((description) => `kalends ${toCommandLine(description)}`),
        `kalends integrations:doctor ${provider} --live`,
      ],
    };
  });
  const isWell = checks.every(({ ok }) => ok);
  if (terminal.isJson)
    terminal.printJson({ success: isWell, providers: Object.fromEntries(found.map((one) => [one.provider, one])) }, found);
  else {
    const { printChecks } = await import('./account-checks.ts');
    for (const { provider, configured, function_count: count, permissions } of found) {
      terminal.print(
        `${provider}: ${count} functions, ${configured ? 'an account of yours' : 'the embedded service'}; reads ${permissions.read}, writes ${permissions.write}`,
      );
    }
    if (checks.length > 0) printChecks(checks, terminal);
    else terminal.say('No account was called; --live does that.');
  }
  if (isWell) return 0;
  const { checkExitCode } = await import('./account-checks.ts');
  return checkExitCode(checks);
}

/** `integrations:configure cal --stdin-json`: key, address and permissions of an account, in one go. */
export async function configure(values: Values, terminal: Terminal, [name]: readonly string[]): Promise<number> {
  const provider = providerOf(name);
  const payload = values.stdinJson === true ? parsePayload(await readAll(process.stdin)) : {};
  const named = textOf(values, 'account') ?? textIn(payload, 'account');
  const account = named ?? 'default';
  const set = { ...recordIn(payload, 'credentials'), ...recordIn(payload, 'set'), ...pairsOf(listOf(values, 'set') ?? []) };
  const unset = [...(listOf(values, 'unset') ?? []), ...(Array.isArray(payload.unset) ? payload.unset.map(String) : [])];
  const stray = [...Object.keys(set), ...unset].find((key) => key !== 'url' && !KEY_NAMES.includes(key));
  if (stray !== undefined) {
    throw new AppError('invalid_input', `"${stray}" is no field of ${provider}.`, {
      hint: `There are ${FIELDS[provider].map(({ key }) => key).join(' and ')}.`,
    });
  }
  const permissions = readWanted(values, payload);
  const key = KEY_NAMES.map((field) => set[field]).find((value) => value !== undefined);
  const owner = reachOwner(terminal);
  if (key === undefined && set.url !== undefined) {
    throw new AppError('invalid_input', 'There is an address but no key.', { hint: 'Give both: an account is stored whole.' });
  }
  if (key !== undefined) {
    if (listOf(values, 'set') !== undefined)
      terminal.say('A key on the command line can be seen by others on this machine. --stdin-json is safer.');
    const body = {
      provider,
      name: account,
      apiKey: key,
      replace: true,
      test: values.test !== false,
      ...(set.url === undefined ? {} : { url: set.url }),
    };
    await owner.json('/owner/accounts/add', { body });
  }
  if (unset.some((field) => KEY_NAMES.includes(field))) await owner.json('/owner/accounts/remove', { body: { provider, name: account } });
  const ruled = named === undefined ? undefined : await ruledName({ provider, account }, terminal);
  const isChanged = permissions.read !== undefined || permissions.write !== undefined;
  if (isChanged) {
    writePermissions(homeOf(process.env), { provider, account: ruled }, permissions);
  }
  const accounts = await readAccounts(terminal);
  const found = accounts.find((one) => one.provider === provider && one.name === account && one.kind === 'hosted');
  const result = {
    success: true,
    provider,
    account,
    credentials_set: Object.keys(set),
    credentials_unset: unset,
    configured: found !== undefined,
    permissions: { read: 'allow', write: 'ask', ...readPermissions(homeOf(process.env), { provider, account: ruled }) },
    // What the permissions are for: one account, or every one of the provider.
    permissions_account: ruled ?? null,
  };
  if (terminal.isJson) terminal.printJson(result);
  else {
    const { read, write } = result.permissions;
    const where = ruled === undefined ? `every account of ${provider}` : `the account "${ruled}" of ${provider}`;
    if (key !== undefined || unset.length > 0) terminal.print(`Configured ${provider} (${account}).`);
    terminal.print(`On ${where}: reads ${read}, writes ${write}.`);
  }
  return 0;
}

/** The account as rules name it: `default` is what the chosen one is called, and no name of its own unless one has it. */
async function ruledName({ provider, account }: { readonly provider: Provider; readonly account: string }, terminal: Terminal) {
  const own = (await readAccounts(terminal)).filter((one) => one.provider === provider && !one.isHidden);
  const isReal = account !== 'default' || own.some(({ name }) => name === account);
  return isReal ? account : (own.find(({ isDefault }) => isDefault)?.name ?? 'local');
}

function readWanted(values: Values, payload: Readonly<Record<string, unknown>>): Permissions {
  const given = recordIn(payload, 'permissions');
  const combined = Object.fromEntries(
    (textOf(values, 'permissions') ?? '')
      .split(',')
      .filter(Boolean)
      .map((part) => part.split(':').map((word) => word.trim())),
  );
  const wanted: Readonly<Record<string, string | undefined>> = { ...given, ...combined, ...pick(values, 'read'), ...pick(values, 'write') };
  const stray = Object.keys(wanted).find((name) => name !== 'read' && name !== 'write');
  if (stray !== undefined)
    throw new AppError('invalid_input', `"${stray}" is no permission.`, {
      hint: 'There are read and write: --permissions "read:allow,write:ask".',
    });
  return {
    ...(wanted.read === undefined ? {} : { read: parsePermission(wanted.read, 'read') }),
    ...(wanted.write === undefined ? {} : { write: parsePermission(wanted.write, 'write') }),
  };
}

function pick(values: Values, name: string): Readonly<Record<string, string>> {
  const text = textOf(values, name);
  return text === undefined ? {} : { [name]: text };
}

function pairsOf(pairs: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at > 0 && at < pair.length - 1) return [pair.slice(0, at), pair.slice(at + 1)];
      throw new AppError('invalid_input', 'A --set has no name or no value.', { hint: 'Write it like --set url=https://cal.example.org.' });
    }),
  );
}

function parsePayload(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return { ...value };
  } catch {
    // told below; what was read may hold a key and is not repeated
  }
  throw new AppError('invalid_input', 'Standard input holds no JSON object.', {
    hint: 'For example {"set": {"access_token": "cal_…"}, "permissions": {"write": "ask"}}',
  });
}

function recordIn(payload: Readonly<Record<string, unknown>>, name: string): Readonly<Record<string, string>> {
  const held = payload[name];
  if (held === null || typeof held !== 'object') return {};
  return Object.fromEntries(Object.entries(held).map(([key, value]) => [key, String(value)]));
}

function textIn(payload: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = payload[name];
  return typeof value === 'string' ? value : undefined;
}

async function readAccounts(terminal: Terminal): Promise<readonly AccountReport[]> {
  return (await reachOwner(terminal).json<AccountList>('/owner/accounts', { body: describeEnvironment(process.env) })).accounts;
}

async function check(terminal: Terminal, body: object): Promise<readonly AccountCheck[]> {
  return (await reachOwner(terminal).json<{ checks: readonly AccountCheck[] }>('/owner/accounts/check', { body })).checks;
}

function providers(descriptions: readonly CommandDescription[]): readonly Provider[] {
  return [...new Set(descriptions.map(({ provider }) => provider))];
}

function providerOf(name = ''): Provider {
  if (name === 'cal' || name === 'whereby') return name;
  throw new AppError('not_found', `There is no provider "${/^[\w-]{1,20}$/.test(name) ? name : '…'}".`, {
    hint: 'There are cal and whereby.',
  });
}
