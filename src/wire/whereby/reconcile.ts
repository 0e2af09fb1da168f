import { parseInstant } from '../calcom/scalars.ts';
import type { Client, Reconciled } from '../client.ts';
import { type CreateMeeting, listMeetings, type Meeting, toRoomNamePrefix } from './meetings.ts';
import type { Page } from './page.ts';
import { getRecording } from './recordings.ts';
import { listSummaries } from './summaries.ts';
import { listTranscriptions } from './transcriptions.ts';

/** How far the two sides' clocks may disagree over "made after we asked". */
const CLOCK_SKEW_MS = 60_000;
const MOST_PAGES = 20;
const PAGE_SIZE = 100;
const KNOWN_ROOMS = 1000;

interface Asked {
  readonly askedAt: number;
  readonly signal: AbortSignal;
}

/** Looks for what a write whose answer was lost may have made. */
export interface Findings {
  /** This room was made by another call: no lost answer was about it. */
  know(meeting: Meeting): void;
  findMeeting(body: CreateMeeting, asked: Asked): Promise<Reconciled<Meeting>>;
  findTranscription(recordingId: string, asked: Asked): Promise<Reconciled<{ readonly transcriptionId: string }>>;
  findSummary(transcriptionId: string, signal: AbortSignal): Promise<Reconciled<{ readonly summaryId: string }>>;
}

export function createFindings(client: Client): Findings {
  const known = new Set<string>();

  return {
    know({ meetingId }) {
      known.add(meetingId);
      const [oldest] = known;
      if (known.size > KNOWN_ROOMS && oldest !== undefined) known.delete(oldest);
    },

    /** Rooms have nothing of the caller's but a prefix: without one they all look alike. */
    async findMeeting({ roomNamePrefix, endDate }, { askedAt, signal }) {
      const prefix = toRoomNamePrefix(roomNamePrefix ?? '');
      if (prefix === '') return { unknown: true };
      const query = { limit: PAGE_SIZE, roomName: { startsWith: `/${prefix}` } };
      const all = await readAll((cursor) => client.call(listMeetings, { query: { ...query, cursor } }, { signal }));
      const found = all.items.filter(
        (room) =>
          !known.has(room.meetingId) &&
          room.roomName?.replace(/^\//, '').startsWith(prefix) &&
          isSameSecond(room.endDate, endDate) &&
          (parseInstant(room.startDate ?? '') ?? 0) >= askedAt - CLOCK_SKEW_MS,
      );
      return decide(found, all.isComplete);
    },

    async findTranscription(recordingId, { askedAt, signal }) {
      const recording = await client.call(getRecording, { params: { recordingId } }, { signal });
      const query = { limit: PAGE_SIZE };
      const all = await readAll((cursor) => client.call(listTranscriptions, { query: { ...query, cursor } }, { signal }));
      const found = all.items.filter(
        (item) =>
          item.type === 'RECORDING_TRANSCRIPTION' &&
          item.roomSessionId === recording.roomSessionId &&
          parseInstant(item.startDate) === parseInstant(recording.startDate) &&
          (parseInstant(item.createdAt) ?? 0) >= askedAt - CLOCK_SKEW_MS,
      );
      return decide(found, all.isComplete);
    },

    /** A transcription has one summary, so there is no other it could be. */
    async findSummary(transcriptionId, signal) {
      const query = { limit: PAGE_SIZE };
      const all = await readAll((cursor) => client.call(listSummaries, { query: { ...query, cursor } }, { signal }));
      const found = all.items.filter((item) => item.transcriptionId === transcriptionId);
      const decided = decide(found, all.isComplete);
      return 'absent' in decided ? { absent: true, isSafe: true } : decided;
    },
  };
}

/** Exactly one can be it; of several nobody knows which; none means not yet. */
function decide<Item>(found: readonly Item[], isComplete: boolean): Reconciled<Item> {
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0 && isComplete) return { found: only };
  return only === undefined && isComplete ? { absent: true, isSafe: false } : { unknown: true };
}

async function readAll<Item>(
  readPage: (cursor: string | undefined) => Promise<Page<Item>>,
): Promise<{ readonly items: readonly Item[]; readonly isComplete: boolean }> {
  const items: Item[] = [];
  let cursor: string | undefined;
  for (let count = 0; count < MOST_PAGES; count++) {
    const next = await readPage(cursor);
    items.push(...next.results);
    if (next.cursor === null) return { items, isComplete: true };
    cursor = next.cursor;
  }
  return { items, isComplete: false };
}

/** Some answers print milliseconds and some do not. */
function isSameSecond(one: string, other: string): boolean {
  const [first, second] = [parseInstant(one), parseInstant(other)];
  return first !== undefined && second !== undefined && Math.floor(first / 1000) === Math.floor(second / 1000);
}
