import { AppError } from '../../errors.ts';
import { clean, pad } from '../layout.ts';
import { reachOwner } from '../owner.ts';
import type { Terminal } from '../terminal.ts';
import { given, listOf, numberOf, positional, requiredText, textOf, type Values } from './values.ts';

interface Participant {
  readonly participantId: string;
  readonly displayName: string;
  readonly roleName: string;
  readonly state: string;
}

interface Room {
  readonly roomName: string;
  readonly isLocked: boolean;
  readonly isOpen: boolean;
  readonly roomSessionId: string | null;
  readonly participants: readonly Participant[];
}

const ROOT = '/owner/simulation';

function pathOf(positionals: readonly string[]): string {
  const room = positional(positionals, 'room');
  // A link will do as well.
  const name =
    room
      .replace(/[?#].*$/, '')
      .split('/')
      .findLast((part) => part !== '') ?? room;
  return `${ROOT}/rooms/${encodeURIComponent(name)}`;
}

function answer(terminal: Terminal, value: unknown, text: string): number {
  if (terminal.isJson) terminal.printJson(value);
  else terminal.print(clean(text));
  return 0;
}

export async function enter(act: 'join' | 'knock', values: Values, terminal: Terminal, positionals: readonly string[]): Promise<number> {
  const displayName = requiredText(values, 'name');
  const body = given({ displayName, roleName: textOf(values, 'role'), externalId: textOf(values, 'externalId') });
  const person = await reachOwner(terminal).json<Participant>(`${pathOf(positionals)}/${act}`, { method: 'POST', body });
  return answer(terminal, person, `${displayName} ${act === 'join' ? 'is in the room' : 'knocks'}; participant ${person.participantId}.`);
}

interface Acting {
  readonly values: Values;
  readonly terminal: Terminal;
  readonly positionals: readonly string[];
}

/** What one participant does, or what is done with them. */
export async function actAs(act: string, body: Values, { values, terminal, positionals }: Acting): Promise<number> {
  const path = pathOf(positionals);
  const owner = reachOwner(terminal);
  const person = await findPerson(await owner.json<Room>(path), values);
  const result = await owner.json<unknown>(`${path}/participants/${encodeURIComponent(person.participantId)}/${act}`, {
    method: 'POST',
    body: given(body),
  });
  const done: Readonly<Record<string, string>> = {
    leave: 'left',
    admit: 'was let in',
    'turn-away': 'was not let in',
    'cancel-knock': 'stopped knocking',
    say: 'said it',
    rate: 'rated the call',
  };
  return answer(terminal, result, `${person.displayName} ${done[act] ?? act}.`);
}

async function findPerson({ participants, roomName }: Room, values: Values): Promise<Participant> {
  const [id, name] = [textOf(values, 'participant'), textOf(values, 'name')];
  if (id === undefined && name === undefined) {
    throw new AppError('invalid_input', '"--name" is missing.', { hint: 'Say who does it, with --name or --participant.' });
  }
  const found = participants.filter((one) => (id === undefined ? one.displayName === name : one.participantId === id));
  const [person, ...others] = found;
  if (person !== undefined && others.length === 0) return person;
  const who = participants.map(({ displayName, participantId }) => `${displayName} (${participantId})`).join(', ');
  throw new AppError(
    person === undefined ? 'not_found' : 'invalid_input',
    person === undefined ? `"${id ?? name}" is not at "${roomName}".` : `Several are called "${name}".`,
    { hint: who === '' ? 'Nobody is there.' : `There are ${who}; --participant takes an id.` },
  );
}

interface Act {
  readonly path: string;
  readonly body: Values;
  readonly done: string;
}

export async function actIn({ path, body, done }: Act, terminal: Terminal, positionals: readonly string[]): Promise<number> {
  const result = await reachOwner(terminal).json<unknown>(`${pathOf(positionals)}/${path}`, { method: 'POST', body });
  return answer(terminal, result, done);
}

export async function media(
  noun: 'recording' | 'transcription',
  values: Values,
  terminal: Terminal,
  positionals: readonly string[],
): Promise<number> {
  const act = values.stop === true ? 'stop' : 'start';
  const result = await reachOwner(terminal).json<Readonly<Record<string, string>>>(`${pathOf(positionals)}/${noun}/${act}`, {
    method: 'POST',
    body: {},
  });
  return answer(terminal, result, `The ${noun} ${act === 'start' ? 'goes on' : 'has ended'}: ${Object.values(result).join(', ')}.`);
}

export async function showRoom(terminal: Terminal, positionals: readonly string[]): Promise<number> {
  const room = await reachOwner(terminal).json<Room>(pathOf(positionals));
  const state = [room.isOpen ? 'open' : 'closed', ...(room.isLocked ? ['locked'] : []), ...(room.roomSessionId ? ['in session'] : [])];
  const people = room.participants.map(
    ({ displayName, roleName, state: doing, participantId }) =>
      `  ${pad(clean(displayName), 24)}  ${pad(roleName, 16)}  ${pad(doing, 9)}  ${participantId}`,
  );
  return answer(terminal, room, [`${room.roomName.slice(1)}: ${state.join(', ')}`, ...people].join('\n'));
}

export async function listEvents(values: Values, terminal: Terminal, [room]: readonly string[]): Promise<number> {
  const query = new URLSearchParams({ limit: String(numberOf(values, 'take') ?? 100), ...(room === undefined ? {} : { roomName: room }) });
  const events = await reachOwner(terminal).json<
    readonly {
      readonly createdAt: string;
      readonly type: string;
      readonly data: { readonly roomName?: string; readonly displayName?: string };
    }[]
  >(`${ROOT}/events?${query}`);
  const lines = events.map(({ createdAt, type, data }) =>
    `${createdAt.slice(0, 19).replace('T', ' ')}Z  ${pad(type, 26)}  ${[data.roomName, data.displayName].filter((part) => part !== undefined).join('  ')}`.trimEnd(),
  );
  return answer(terminal, events, lines.length === 0 ? 'Nothing has happened.' : lines.join('\n'));
}

interface Webhook {
  readonly webhookId: string;
  readonly url: string;
  readonly secret: string;
  readonly events: readonly string[];
}

export async function addWebhook(values: Values, terminal: Terminal, positionals: readonly string[]): Promise<number> {
  const body = given({ url: positional(positionals, 'address'), secret: textOf(values, 'secret'), events: listOf(values, 'event') });
  const made = await reachOwner(terminal).json<Webhook>(`${ROOT}/webhooks`, { method: 'POST', body });
  return answer(terminal, made, `${made.url} is told of ${made.events.length} kinds of events. Its secret is ${made.secret}`);
}

export async function listWebhooks(terminal: Terminal): Promise<number> {
  const webhooks = await reachOwner(terminal).json<readonly Webhook[]>(`${ROOT}/webhooks`);
  const lines = webhooks.map(({ webhookId, url, events }) => `${webhookId}  ${url}  (${events.length} kinds of events)`);
  return answer(terminal, webhooks, lines.length === 0 ? 'Nobody is told.' : lines.join('\n'));
}

export async function removeWebhook(terminal: Terminal, positionals: readonly string[]): Promise<number> {
  const id = positional(positionals, 'id');
  await reachOwner(terminal).json<unknown>(`${ROOT}/webhooks/${encodeURIComponent(id)}`, { method: 'DELETE' });
  return answer(terminal, {}, 'That address is told nothing more.');
}
