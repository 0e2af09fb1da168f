import { AppError } from '../../errors.ts';
import { hashOf } from '../../toolkit/signature.ts';

/** Where a list of meetings over many rooms goes on: in which page of rooms, at which of them, in which page of its sessions, after how many. */
export interface MeetingsPosition {
  readonly roomsCursor: string | null;
  readonly roomIndex: number;
  readonly sessionsCursor: string | null;
  readonly passed: number;
}

export const FIRST_POSITION: MeetingsPosition = { roomsCursor: null, roomIndex: 0, sessionsCursor: null, passed: 0 };

const VERSION = 1;

/** Opaque to who gets it; belongs to one account and one set of filters. */
export function toMeetingsCursor(position: MeetingsPosition, filter: unknown): string {
  const { roomsCursor, roomIndex, sessionsCursor, passed } = position;
  return Buffer.from(JSON.stringify([VERSION, roomsCursor, roomIndex, sessionsCursor, passed, digestOf(filter)])).toString('base64url');
}

export function parseMeetingsCursor(text: string | undefined, filter: unknown): MeetingsPosition {
  if (text === undefined) return FIRST_POSITION;
  const [version, roomsCursor, roomIndex, sessionsCursor, passed, digest] = parseList(text);
  if (
    version !== VERSION ||
    !isCursor(roomsCursor) ||
    !isCount(roomIndex) ||
    !isCursor(sessionsCursor) ||
    !isCount(passed) ||
    digest !== digestOf(filter)
  ) {
    throw new AppError('invalid_input', `"${text.slice(0, 60)}" is no cursor of this list with these filters.`, {
      hint: 'Give meta.nextCursor of the page before, with the same filters; or start again without it.',
    });
  }
  return { roomsCursor, roomIndex, sessionsCursor, passed };
}

function digestOf(filter: unknown): string {
  return hashOf(filter).slice(0, 12);
}

const isCursor = (value: unknown): value is string | null => value === null || typeof value === 'string';
const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

function parseList(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
