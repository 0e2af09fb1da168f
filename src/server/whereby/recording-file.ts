import { composeCaptionFile } from './mp4.ts';
import type { Transcript } from './transcript-file.ts';

export interface Recorded extends Transcript {
  readonly attendance: readonly { readonly displayName: string; readonly joinedAt: number; readonly leftAt: number | null }[];
}

/**
 * What was recorded of a room without picture and sound: an MP4 file as long as the recording, whose caption track shows who came, who went and what
 * was said, when it happened.
 */
export function composeRecording({ roomName, from, to, attendance, utterances }: Recorded): Buffer {
  const events = [
    ...attendance.flatMap(({ displayName, joinedAt, leftAt }) => [
      { at: Math.max(from, joinedAt), text: `${displayName} is here`, isWithin: leftAt === null || leftAt > from },
      { at: leftAt ?? to, text: `${displayName} leaves`, isWithin: leftAt !== null && leftAt > from },
    ]),
    ...utterances.map(({ displayName, at, text }) => ({ at, text: `${displayName}: ${text}`, isWithin: true })),
  ].filter(({ at, isWithin }) => isWithin && at >= from && at <= to);
  const byMoment = Map.groupBy(
    events.toSorted((one, other) => one.at - other.at),
    ({ at }) => at,
  );
  const captions = [...byMoment].map(([at, group]) => ({ atMs: at - from, text: group.map(({ text }) => text).join('\n') }));
  const [first] = captions;
  const title = { atMs: 0, text: roomName.slice(1) };
  const all = first?.atMs === 0 ? [{ ...first, text: `${title.text}\n${first.text}` }, ...captions.slice(1)] : [title, ...captions];
  return composeCaptionFile(all, to - from);
}
