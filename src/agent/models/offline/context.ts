import type { LanguageModelV4Prompt } from '@ai-sdk/provider';

/** What the system prompt tells about the moment and the person, as one JSON block: `<context>{"now":"…","timeZone":"…","user":{…}}</context>`. */
export interface OfflineContext {
  /** The domain clock: ISO instant, "2030-01-07T08:00:00Z". */
  readonly now: string;
  /** IANA zone of the person who writes. */
  readonly timeZone: string;
  readonly user?: { readonly name?: string; readonly email?: string };
}

const BLOCK = /<context>([\s\S]*?)<\/context>/g;

/** The last context block of the system messages; `undefined` when there is none that can be read. */
export function readContext(prompt: LanguageModelV4Prompt): OfflineContext | undefined {
  const system = prompt.flatMap((message) => (message.role === 'system' ? [message.content] : [])).join('\n');
  const block = [...system.matchAll(BLOCK)].at(-1)?.[1];
  return block === undefined ? undefined : parseContext(block);
}

function parseContext(block: string): OfflineContext | undefined {
  try {
    const value: unknown = JSON.parse(block);
    return isContext(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isContext(value: unknown): value is OfflineContext {
  if (typeof value !== 'object' || value === null) return false;
  const { now, timeZone } = value as Partial<Record<keyof OfflineContext, unknown>>;
  return typeof now === 'string' && !Number.isNaN(Date.parse(now)) && typeof timeZone === 'string';
}
