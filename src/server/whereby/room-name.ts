import { randomInt, randomUUID } from 'node:crypto';

/** Without those that look like another. */
const DISTINGUISHABLE = 'abcdefghjkmnpqrstuvwxyz23456789';
const SHORT_LENGTH = 6;

export type RoomNamePattern = 'uuid' | 'human-short';

/** "/<prefix><random part>": nothing is put between the two. */
export function createRoomName(prefix: string, pattern: RoomNamePattern): string {
  return `/${prefix}${pattern === 'uuid' ? randomUUID() : shortName()}`;
}

function shortName(): string {
  return Array.from({ length: SHORT_LENGTH }, () => DISTINGUISHABLE[randomInt(DISTINGUISHABLE.length)]).join('');
}
