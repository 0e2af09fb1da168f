import { CANCEL, MOVE, toCommand } from './intents.ts';
import { readReference } from './reference.ts';
import type { LanguageContext, Reference, Request } from './request.ts';
import { readSentence } from './sentence.ts';
import { toWhen } from './when.ts';
import { toPatternLine, type Word } from './words.ts';

const LEADS = /^\s*(?:(?:be|at|on|the|a|this|for|around|about|sometime|start at|starting at)\s+)*$/i;

/** "Move my 2pm with Ada to Thursday 10am": which booking, and where to. */
export function readMove(text: string, context: LanguageContext): Pick<Request, 'reference' | 'when' | 'shiftMinutes'> {
  const shiftMinutes = shiftOf(text, context);
  if (shiftMinutes !== undefined) return { reference: referenceOf(text, context), shiftMinutes };
  const cut = targetAt(text, context);
  if (cut === undefined) return readWithoutMarker(text, context);
  const target = readSentence(cut.target, context);
  const when = toWhen(target.readings);
  // What follows the new time may still describe the booking: "move to Friday my call with Ada".
  const last = target.words.findLastIndex(({ kind }) => kind === 'time');
  const tail = last < 0 ? target.words.length : last + 1;
  const described = [
    ...afterVerb(readSentence(cut.source, context).words),
    ...target.words.slice(tail).filter(({ lower }) => !/^(instead|please|[.!?])$/.test(lower)),
  ];
  return { reference: readReference(described), ...(when === undefined ? {} : { when }) };
}

/** The place where the new time starts: after the last "to", "until" or "for" that time follows. */
function targetAt(text: string, context: LanguageContext): { readonly source: string; readonly target: string } | undefined {
  for (const marker of [/\s(?:to|until|till|into)\s/gi, /\s(?:for|at|on)\s/gi]) {
    for (const match of [...text.matchAll(marker)].toReversed()) {
      const target = text.slice(match.index + match[0].length);
      const source = text.slice(0, match.index);
      const [first] = readSentence(target, context).readings;
      const isTime = first !== undefined && first.kind !== 'duration' && LEADS.test(target.slice(0, first.index));
      const isSlot = /^(?:the |my )?(?:next|first|earliest|soonest)\b/i.test(target);
      const isOnlyDescribed = marker.source.includes('for') && /^(?:at|on)$/i.test(match[0].trim()) && describesBooking(source, target);
      if ((isTime || isSlot) && !isOnlyDescribed) return earliestCut({ source, target }, context);
    }
  }
  return undefined;
}

/** "Move it to Thursday at 10": the cut is before "Thursday", not before "10"; times that follow each other belong together. */
function earliestCut(
  cut: { readonly source: string; readonly target: string },
  context: LanguageContext,
): { readonly source: string; readonly target: string } {
  const before = /^(.*\s)(?:to|until|till)\s+([^,]*)$/i.exec(cut.source);
  const head = before?.[1];
  const middle = before?.[2];
  if (head === undefined || middle === undefined) return cut;
  const [first] = readSentence(middle, context).readings;
  const isTimeOnly =
    first !== undefined && LEADS.test(middle.slice(0, first.index)) && middle.slice(first.index + first.text.length).trim() === '';
  return isTimeOnly ? { source: head.trimEnd(), target: `${middle} ${cut.target}` } : cut;
}

function describesBooking(source: string, target: string): boolean {
  return (
    /\b(?:meeting|appointment|call|booking|event|one|with \S+)$/i.test(source.trim()) &&
    /\b(?:to|later|earlier|back|forward)\b/i.test(target)
  );
}

function readWithoutMarker(text: string, context: LanguageContext): Pick<Request, 'reference' | 'when'> {
  const words = afterVerb(readSentence(text, context).words);
  const times = words.filter(({ kind, reading }) => kind === 'time' && reading?.kind !== 'duration');
  const last = times.at(-1);
  if (last === undefined) return { reference: readReference(words) };
  const next = words[words.indexOf(last) + 1];
  const previous = words[words.indexOf(last) - 1];
  const describes =
    times.length === 1 && ((next?.kind === 'word' && !/^(instead|please)$/.test(next.lower)) || /^(my|the)$/.test(previous?.lower ?? ''));
  if (describes) return { reference: readReference(words) };
  const when = toWhen(last.reading === undefined ? [] : [last.reading]);
  return { reference: readReference(words.filter((word) => word !== last)), ...(when === undefined ? {} : { when }) };
}

const SHIFTS = /\b(?:later|earlier|sooner|back|forward|ahead|by|up|down|out|delay|postpone|push|bring|advance)\b/i;

/** "an hour later", "back 30 minutes", "forward by a day". */
function shiftOf(text: string, context: LanguageContext): number | undefined {
  const { readings } = readSentence(text, context);
  const minutes = readings.findLast(({ kind }) => kind === 'duration')?.minutes ?? shiftedReading(text);
  if (minutes === undefined || !SHIFTS.test(text) || /\bto (?:<|\d)/.test(text)) return undefined;
  const isEarlier = /\b(?:earlier|sooner|forward|ahead|up|advance|bring)\b/i.test(text) && !/\bback\b|\blater\b/i.test(text);
  return isEarlier ? -minutes : minutes;
}

const UNITS: Readonly<Record<string, number>> = { minute: 1, min: 1, hour: 60, day: 1440, week: 10080 };
const AMOUNTS: Readonly<Record<string, number>> = {
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  'half an': 0.5,
  'a couple of': 2,
  'a few': 3,
};

/** A shift that the date grammar may have read as a moment: "an hour later". */
function shiftedReading(text: string): number | undefined {
  const match =
    /\b(\d+|half an|a couple of|a few|an?|one|two|three|four) (minute|min|hour|day|week)s? (?:later|earlier|sooner|forward|back|ahead)\b|\bby (\d+|half an|an?|one|two|three|four) (minute|min|hour|day|week)s?\b/i.exec(
      text,
    );
  const amount = (match?.[1] ?? match?.[3])?.toLowerCase();
  const unit = UNITS[(match?.[2] ?? match?.[4])?.toLowerCase() ?? ''];
  return amount === undefined || unit === undefined ? undefined : (AMOUNTS[amount] ?? Number(amount)) * unit;
}

function referenceOf(text: string, context: LanguageContext): Reference {
  const plain = text.replace(
    /\b(?:back|forward|up|out|by|for)?\s*(?:by )?(?:\d+|half an|a couple of|a few|an?|one|two|three|four)[ -](?:minute|min|hour|day|week)s?(?: (?:later|earlier|sooner|forward|back|ahead))?/i,
    ' ',
  );
  return readReference(afterVerb(readSentence(plain, context).words));
}

function afterVerb(words: readonly Word[]): readonly Word[] {
  const line = toPatternLine(words);
  const command = toCommand(line);
  const verb = (MOVE.exec(command) ?? CANCEL.exec(command))?.[0] ?? '';
  const skipped = line.length - command.length + verb.replace(/ (?:it|that|my|the)\s?$/, '').trimEnd().length;
  let length = 0;
  let count = 0;
  while (count < words.length && length < skipped) {
    length += toPatternLine(words.slice(count, count + 1)).length + 1;
    count += 1;
  }
  return words.slice(count);
}
