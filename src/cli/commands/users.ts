import { AppError } from '../../errors.ts';
import type { Person, PersonAdded, PersonKey } from '../../owner/administration.ts';
import { clean, pad, widthOf } from '../layout.ts';
import { reachOwner } from '../owner.ts';
import type { Terminal } from '../terminal.ts';
import { given, numberOf, positional, requiredText, textOf, type Values } from './values.ts';

export async function listUsers(terminal: Terminal): Promise<number> {
  const { users } = await reachOwner(terminal).json<{ users: readonly Person[] }>('/owner/users');
  if (terminal.isJson) terminal.printJson(users);
  else terminal.print(toTable(users));
  return 0;
}

export async function addUser(values: Values, terminal: Terminal, positionals: readonly string[]): Promise<number> {
  const body = given({
    username: positional(positionals, "user's name"),
    email: requiredText(values, 'email'),
    name: textOf(values, 'name'),
    timeZone: textOf(values, 'timeZone'),
  });
  const added = await reachOwner(terminal).json<PersonAdded>('/owner/users', { body });
  if (terminal.isJson) {
    terminal.printJson(added);
    return 0;
  }
  terminal.print(`${toTable([added.person])}\n\n  Key  ${added.apiKey}`);
  terminal.say('The key is shown only now. Weekday hours and three event types are there to start with.');
  return 0;
}

export async function setDisabled(disabled: boolean, terminal: Terminal, positionals: readonly string[]): Promise<number> {
  const username = positional(positionals, "user's name");
  const person = await reachOwner(terminal).json<Person>(pathOf(username), { method: 'PATCH', body: { disabled } });
  if (terminal.isJson) terminal.printJson(person);
  else terminal.print(disabled ? `${username} is disabled: their keys stopped working.` : `${username} is enabled: their keys work again.`);
  return 0;
}

export async function createKey(values: Values, terminal: Terminal, positionals: readonly string[]): Promise<number> {
  const username = positional(positionals, "user's name");
  const daysValid = numberOf(values, 'days');
  const oauth = values.oauth === true;
  if (oauth && daysValid !== undefined)
    throw new AppError('invalid_input', '"--days" is for keys: tokens of --oauth have times of their own.');
  const key = await reachOwner(terminal).json<PersonKey>(`${pathOf(username)}/keys`, { body: given({ oauth, daysValid }) });
  if (terminal.isJson) {
    terminal.printJson(key);
  } else if ('apiKey' in key) {
    terminal.print(key.apiKey);
    terminal.say('The key is shown only now.');
  } else {
    terminal.print(
      [`  Client id      ${key.clientId}`, `  Access token   ${key.accessToken}`, `  Refresh token  ${key.refreshToken}`].join('\n'),
    );
    terminal.say(`They are shown only now. The access token lasts ${key.expiresIn / 60} minutes; POST /v2/auth/oauth2/token renews both.`);
  }
  return 0;
}

function pathOf(username: string): string {
  return `/owner/users/${encodeURIComponent(username)}`;
}

function toTable(people: readonly Person[]): string {
  const rows = people.map((person) => [
    person.username,
    clean(person.name),
    clean(person.email),
    person.timeZone,
    person.isDisabled ? 'disabled' : person.isOwner ? 'owner' : '',
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => widthOf(row[column] ?? ''))));
  return rows.map((row) => `  ${row.map((cell, column) => pad(cell, widths[column] ?? 0)).join('  ')}`.trimEnd()).join('\n');
}
