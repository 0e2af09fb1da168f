import {
  type GetPromptResult,
  type Prompt,
  ProtocolError,
  ProtocolErrorCode,
  type ReadResourceResult,
  type Resource,
  ResourceNotFoundError,
  type ResourceTemplateType,
} from '@modelcontextprotocol/server';
import { withoutHiddenText } from '../../toolkit/plain-text.ts';
import { createDocs } from '../docs.ts';
import type { McpHost } from './host.ts';

const SCHEME = 'kalends://';

/** What a client can read without a tool: event types, bookings, pages about the functions. */
export const RESOURCES: readonly Resource[] = [
  {
    uri: `${SCHEME}event-types`,
    name: 'event-types',
    title: 'Event types',
    description: 'What people can book.',
    mimeType: 'application/json',
  },
  {
    uri: `${SCHEME}bookings/upcoming`,
    name: 'upcoming-bookings',
    title: 'Upcoming bookings',
    description: 'What is ahead.',
    mimeType: 'application/json',
  },
  { uri: `${SCHEME}docs`, name: 'docs', title: 'Functions', description: 'Every function, by namespace.', mimeType: 'text/markdown' },
];

export const TEMPLATES: readonly ResourceTemplateType[] = [
  { uriTemplate: `${SCHEME}bookings/{uid}`, name: 'booking', title: 'A booking', mimeType: 'application/json' },
  { uriTemplate: `${SCHEME}docs/{page}`, name: 'docs-page', title: 'A page about a function', mimeType: 'text/markdown' },
];

/** The resource at a URI; the SDK's own error where there is none. */
export async function readResource(uri: string, host: McpHost, signal: AbortSignal): Promise<ReadResourceResult> {
  const [head = '', ...rest] = uri.startsWith(SCHEME) ? uri.slice(SCHEME.length).split('/') : [];
  const name = decode(rest.join('/'));
  if (head === 'docs') return { contents: [{ uri, mimeType: 'text/markdown', text: readPage(host, name, uri) }] };
  if (head === 'event-types' && name === '') return readTool(uri, { tool: 'cal.list_event_types', input: {} }, host, signal);
  if (head === 'bookings' && name === 'upcoming')
    return readTool(uri, { tool: 'cal.list_bookings', input: { status: ['upcoming'] } }, host, signal);
  if (head === 'bookings' && name !== '') return readTool(uri, { tool: 'cal.get_booking', input: { id: name } }, host, signal);
  throw new ResourceNotFoundError(uri);
}

function readPage(host: McpHost, name: string, uri: string): string {
  const docs = createDocs({ descriptions: host.descriptions });
  try {
    return name === '' ? docs.list() : docs.read(name);
  } catch {
    throw new ResourceNotFoundError(uri);
  }
}

async function readTool(
  uri: string,
  call: { readonly tool: string; readonly input: unknown },
  host: McpHost,
  signal: AbortSignal,
): Promise<ReadResourceResult> {
  const outcome = await host.call({ ...call, signal });
  if (outcome.status === 'done')
    return { contents: [{ uri, mimeType: 'application/json', text: JSON.stringify(withoutHiddenText(outcome.output)) }] };
  if (outcome.status === 'failed' && outcome.error.code === 'not_found') throw new ResourceNotFoundError(uri);
  throw new ProtocolError(ProtocolErrorCode.InternalError, outcome.status === 'failed' ? outcome.error.message : 'It cannot be read now.');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

interface Ask {
  readonly prompt: Prompt;
  readonly text: (values: Readonly<Record<string, string>>) => string;
}

const ASKS: readonly Ask[] = [
  {
    prompt: { name: 'whats_ahead', title: 'What is ahead', description: 'The coming bookings, and with whom.' },
    text: () => 'List my upcoming bookings: for each say when it is, how long it takes, and who takes part.',
  },
  {
    prompt: {
      name: 'find_times',
      title: 'Find free times',
      description: 'Free times of an event type.',
      arguments: [
        { name: 'event_type', description: 'Slug or name, for example "30min".' },
        { name: 'when', description: 'For example "the next three days".' },
      ],
    },
    text: ({ event_type: eventType = 'my usual meeting', when = 'the next few days' }) =>
      `Which times are free for "${eventType}" in ${when}? Look them up, and show at most five a day in my time zone.`,
  },
  {
    prompt: {
      name: 'book_next',
      title: 'Book the next free time',
      description: 'Books somebody at the earliest free time.',
      arguments: [
        { name: 'name', description: 'For example "Ada Lovelace".', required: true },
        { name: 'email', description: 'For example "ada@example.com".', required: true },
        { name: 'event_type', description: 'Slug or name, for example "30min".' },
      ],
    },
    text: ({ name = '', email = '', event_type: eventType = 'my usual meeting' }) =>
      `Book "${eventType}" with ${name} (${email}) at the next free time. Look up what is free first, and ask me before you book.`,
  },
  {
    prompt: {
      name: 'clear_day',
      title: 'Clear a day',
      description: 'Moves or cancels the bookings of a day.',
      arguments: [{ name: 'day', description: 'For example "Friday".', required: true }],
    },
    text: ({ day = '' }) =>
      `I cannot make it on ${day}. List what I have then, propose a new time for each booking, and move them once I agree.`,
  },
];

export const PROMPTS: readonly Prompt[] = ASKS.map(({ prompt }) => prompt);

export function getPrompt(name: string, values: Readonly<Record<string, string>>): GetPromptResult {
  const ask = ASKS.find(({ prompt }) => prompt.name === name);
  if (ask === undefined) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no prompt "${name}".`);
  const missing = (ask.prompt.arguments ?? []).find((argument) => argument.required === true && !values[argument.name]);
  if (missing) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `The prompt "${name}" needs "${missing.name}".`);
  return { description: ask.prompt.description ?? '', messages: [{ role: 'user', content: { type: 'text', text: ask.text(values) } }] };
}
