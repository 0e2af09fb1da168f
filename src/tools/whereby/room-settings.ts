import { AppError } from '../../errors.ts';
import { describeIssues } from '../../toolkit/issues.ts';
import type { CreateMeeting } from '../../wire/whereby/index.ts';
import { createMeetingBody } from '../../wire/whereby/meetings.ts';

const PARTS = {
  recording: ['recording', createMeetingBody.shape.recording],
  live_transcription: ['liveTranscription', createMeetingBody.shape.liveTranscription],
  streaming: ['streaming', createMeetingBody.shape.streaming],
} as const;

type Given = { readonly [Name in keyof typeof PARTS]?: Readonly<Record<string, unknown>> | undefined };

/** The settings that are Whereby's own objects, checked before anything is sent. */
export function checkSettings(given: Given): Pick<CreateMeeting, 'recording' | 'liveTranscription' | 'streaming'> {
  const entries = Object.entries(PARTS).flatMap(([argument, [member, schema]]) => {
    const value = given[argument as keyof typeof PARTS]; // a key of PARTS itself
    if (value === undefined) return [];
    const parsed = schema.safeParse(value);
    if (parsed.success) return [[member, parsed.data]];
    throw new AppError('invalid_input', `"${argument}" is not what Whereby takes: ${describeIssues(parsed.error, value)}.`, {
      hint: 'For example {"type": "cloud", "startTrigger": "automatic"} as a recording.',
    });
  });
  return Object.fromEntries(entries);
}
