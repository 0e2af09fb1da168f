import type { Utterance } from '../../store/whereby-texts.ts';
import { toMoment } from './operation.ts';

export interface Transcript {
  readonly roomName: string;
  /** Epoch milliseconds. */
  readonly from: number;
  readonly to: number;
  readonly utterances: readonly Utterance[];
}

/** What was said, as Markdown. */
export function composeTranscript({ roomName, from, to, utterances }: Transcript): string {
  const lines = utterances.map(({ displayName, at, text }) => `**${displayName}** (${toElapsed(at - from)}): ${text}`);
  const heading = `# ${roomName.slice(1)}\n\n${toMoment(from)} – ${toMoment(to)}`;
  return `${[heading, ...(lines.length === 0 ? ['Nobody said anything.'] : lines)].join('\n\n')}\n`;
}

/** "01:02:03" */
export function toElapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map((part) => String(part).padStart(2, '0')).join(':');
}
