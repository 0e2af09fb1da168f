import { z } from 'zod';
import type { Card } from '../../toolkit/card.ts';
import { checkTimeZone } from '../../toolkit/time-zone.ts';
import { defineTool } from '../../toolkit/tool.ts';
import type { CalContext } from '../cal/fields.ts';
import { toCardTime } from '../moment.ts';
import { readTiming, toMomentLabel } from './when.ts';

export const resolveTime = defineTool({
  namespace: 'assistant',
  provider: 'cal',
  name: 'resolve_time',
  summary: 'Turn words such as "next Tuesday afternoon" into exact times.',
  effect: 'read',
  accounts: ['local', 'hosted'],
  input: z.strictObject({
    text: z.string().trim().min(1).max(500).describe('The words, for example "next Tuesday afternoon".'),
    time_zone: z.string().optional().describe('IANA zone of who said them, for example "Europe/Rome"; yours when absent.'),
  }),
  output: z.object({
    text: z.string(),
    kind: z.enum(['moment', 'span']),
    /** UTC */
    start: z.string(),
    /** UTC, exclusive; null of a moment without a length. */
    end: z.string().nullable(),
    /** Clock times on each day of a span of several days. */
    hours: z.object({ from: z.string(), to: z.string() }).nullable(),
    timeZone: z.string(),
    /** The start on the clocks of the zone. */
    local: z.string(),
    assumed: z.array(z.string()),
  }),
  command: { resource: 'when', positionals: ['text'] },
  example: { text: 'next Tuesday afternoon' },
  async run({ text, time_zone }, { now, timeZone: own }: CalContext) {
    const timeZone = checkTimeZone(time_zone ?? own);
    const timing = await readTiming(text, { now, timeZone });
    const hours = timing.kind === 'span' ? timing.hours : undefined;
    return {
      text,
      kind: timing.kind,
      start: new Date(timing.start).toISOString(),
      end: timing.end === undefined ? null : new Date(timing.end).toISOString(),
      hours: hours === undefined ? null : { from: hours[0], to: hours[1] },
      timeZone,
      local: toMomentLabel(timing.start, timeZone),
      assumed: [...timing.assumed],
    };
  },
  card({ text, start, end, hours, timeZone, local, assumed }): Card {
    const time = end === null ? undefined : toCardTime({ start: Date.parse(start), end: Date.parse(end) }, { timeZone });
    return {
      kind: 'record',
      title: text,
      ...(time === undefined ? {} : { time }),
      fields: [
        ...(time === undefined ? [{ label: 'Time', value: local }] : []),
        ...(hours === null ? [] : [{ label: 'Hours', value: `${hours.from} – ${hours.to}` }]),
        { label: 'Start', value: start },
        ...(end === null ? [] : [{ label: 'End', value: end }]),
        { label: 'Time zone', value: timeZone },
      ],
      ...(assumed.length === 0 ? {} : { note: `Assumed: ${assumed.join('; ')}.` }),
    };
  },
});
