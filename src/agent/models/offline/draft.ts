import { type Person, type Reference, type Request, refineWhen, type When } from '../../../language/index.ts';
import { isWith, isWithin } from './find-booking.ts';
import type { Draft, Memory, Scene } from './memory.ts';
import type { KnownBooking } from './results.ts';
import { addDays, toLocal } from './time.ts';

const GOALS = new Set<string>(['book', 'reschedule', 'cancel', 'confirm', 'decline', 'details', 'list', 'availability']);

/** The work a new request starts; what was offered before may be its time: "book the first one with Ada". */
export function startDraft(request: Request, scene: Scene): Draft | undefined {
  if (!GOALS.has(request.intent)) return undefined;
  const picked = request.intent === 'book' ? (pickOffered(request, scene) ?? impliedWhen(request, scene)) : undefined;
  const when = picked ?? request.when;
  return {
    // The set holds exactly the goals.
    goal: request.intent as Draft['goal'],
    request,
    people: request.people.length === 0 ? peopleInQuestion(request, scene) : request.people,
    ...(when === undefined ? {} : { when }),
  };
}

/** A time picked from what was offered comes as a whole sentence without the people; "book it again" means the same ones. */
function peopleInQuestion({ intent, text }: Request, { memory }: Scene): readonly Person[] {
  if (intent !== 'book') return [];
  if (memory.status === 'asking' && memory.question === 'when' && memory.draft?.goal === 'book') return memory.draft.people;
  const isSame = /\b(?:it|that|the same|same thing|again|another one)\b/i.test(text);
  return isSame && memory.booking !== undefined ? memory.booking.attendees.map(({ name, email }) => ({ name, email })) : [];
}

/** The day that was just looked at, or the hour of the booking that is to be had again. */
function impliedWhen({ when, text, people }: Request, { clock, memory }: Scene): When | undefined {
  if (when === undefined && memory.draft?.goal === 'availability' && memory.date !== undefined)
    return { date: memory.date, text: memory.date, assumed: [] };
  const isAgain = /\bagain\b|\bsame (?:time|thing)\b/i.test(text) && people.length === 0 && memory.booking !== undefined;
  if (!isAgain || when?.date === undefined || when.time !== undefined || memory.booking === undefined) return undefined;
  return { ...when, time: toLocal(Date.parse(memory.booking.start), clock).slice(11) };
}

/** The open work with what an answer adds; `undefined` when the answer adds nothing to it. */
export function continueDraft(draft: Draft, request: Request, scene: Scene): Draft | undefined {
  const { memory } = scene;
  const people = answerPeople(draft, request, memory);
  const booking = memory.question === 'which' ? pickCandidate(request, scene) : undefined;
  const reference =
    memory.question === 'which' && booking === undefined ? narrow(draft.request.reference, request) : draft.request.reference;
  const when = memory.question === 'which' ? draft.when : answerWhen(draft, pickOffered(request, scene) ?? request.when);
  const kind = memory.question === 'event-type' ? answerKind(request, memory) : undefined;
  const isEarliest = request.isEarliest === true && memory.question !== 'which';
  const minutes = kind?.durationMinutes ?? request.durationMinutes;
  const isNew =
    people !== draft.people ||
    booking !== undefined ||
    reference !== draft.request.reference ||
    when !== draft.when ||
    kind !== undefined ||
    isEarliest ||
    minutes !== undefined;
  if (!isNew) return undefined;
  const { eventTypePhrase, ...others } = draft.request;
  const phrase = kind === undefined ? eventTypePhrase : kind.eventTypePhrase;
  return {
    ...draft,
    people,
    ...(when === undefined ? {} : { when }),
    ...(booking === undefined ? {} : { booking }),
    request: {
      ...others,
      ...(phrase === undefined ? {} : { eventTypePhrase: phrase }),
      ...(reference === undefined ? {} : { reference }),
      ...(minutes === undefined ? {} : { durationMinutes: minutes }),
      ...(isEarliest ? { isEarliest: true as const } : {}),
      ...(request.reason === undefined ? {} : { reason: request.reason }),
      ...(request.timeZone === undefined ? {} : { timeZone: request.timeZone }),
    },
  };
}

function answerPeople(draft: Draft, { people }: Request, { question, askedFor }: Memory): readonly Person[] {
  if (people.length === 0) return draft.people;
  if (question === 'email' && askedFor !== undefined) {
    const [answer] = people;
    const named = answer?.name ?? askedFor;
    return draft.people.map((person) =>
      person.name === askedFor ? { ...person, ...answer, name: answer?.email === undefined ? named : longer(named, askedFor) } : person,
    );
  }
  if (question === 'who' || draft.people.length === 0) return people;
  const addressed = people.filter(({ email }) => email !== undefined);
  if (addressed.length === 0) return draft.people;
  const [only] = draft.people;
  const [first] = addressed;
  if (draft.people.length === 1 && only?.email === undefined && first !== undefined)
    return [{ ...first, name: first.name ?? only?.name ?? '' }];
  return draft.people;
}

/** "Ada Lovelace" says more than "Ada"; another name altogether is the corrected one. */
function longer(named: string, askedFor: string): string {
  return named.length < askedFor.length && askedFor.toLowerCase().startsWith(named.toLowerCase()) ? askedFor : named;
}

function answerWhen(draft: Draft, when: When | undefined): When | undefined {
  if (when === undefined) return draft.when;
  if (draft.when === undefined) return when;
  const { past: _past, unreadable: _unreadable, recurring: _recurring, ...usable } = draft.when;
  return refineWhen({ ...usable, assumed: [] }, withinSpan(usable, when));
}

/** "Friday", when next week was spoken of, is the Friday of that week. */
function withinSpan({ from, to }: When, when: When): When {
  if (from === undefined || to === undefined || when.date === undefined || from.length < 10) return when;
  const isWeekday = /^(?:on |what about |how about )?(?:mon|tues|wednes|thurs|fri|satur|sun)day\b/i.test(when.text);
  for (let date = when.date, weeks = 0; isWeekday && weeks < 8; date = addDays(date, 7), weeks++) {
    if (date >= from.slice(0, 10) && date < to.slice(0, 10)) return { ...when, date };
  }
  return when;
}

/** One of the times that were offered: by its place, or by its time of day. */
function pickOffered({ choice, when, text }: Request, { clock, memory }: Scene): When | undefined {
  if (choice !== undefined && /^\d{1,2}$/.test(text.trim())) return hourOf(choice);
  if (memory.offered.length === 0) return undefined;
  const byPlace = choice === undefined ? undefined : choice < 0 ? memory.offered.at(choice) : memory.offered[choice - 1];
  const byTime =
    when?.time === undefined || when.date !== undefined
      ? undefined
      : memory.offered.find((start) => toLocal(start, clock).endsWith(`T${when.time}`));
  const start = byPlace ?? byTime;
  if (start === undefined) return undefined;
  const local = toLocal(start, clock);
  return { date: local.slice(0, 10), time: local.slice(11), text: local.replace('T', ' '), assumed: [] };
}

/** A bare number where a time was asked for: "10" is ten o'clock, "3" the afternoon's. */
function hourOf(hour: number): When | undefined {
  if (hour < 1 || hour > 23) return undefined;
  const time = `${String(hour < 7 ? hour + 12 : hour).padStart(2, '0')}:00`;
  return { time, text: String(hour), assumed: hour > 12 ? [] : [`"${hour}:00" was taken as ${time}`] };
}

function pickCandidate({ choice, reference, when, people }: Request, scene: Scene): KnownBooking | undefined {
  const { candidates } = scene.memory;
  const byPlace = choice === undefined ? undefined : choice < 0 ? candidates.at(choice) : candidates[choice - 1];
  if (byPlace !== undefined) return byPlace;
  const person = people[0]?.email ?? people[0]?.name ?? reference?.person;
  const moment = when ?? reference?.when;
  if (person === undefined && moment === undefined) return undefined;
  const fitting = candidates.filter(
    (booking) => (person === undefined || isWith(booking, person)) && (moment === undefined || isWithin(booking, moment, scene)),
  );
  return fitting.length === 1 ? fitting[0] : undefined;
}

function narrow(reference: Reference | undefined, request: Request): Reference | undefined {
  const added = request.reference;
  if (added === undefined || Object.keys(added).length === 0 || added.isPronoun === true) return reference;
  const { title, ...sure } = added;
  // Only what certainly describes a booking narrows; a stray word must not empty the search.
  const narrowed = Object.keys(sure).length > 0 ? sure : title === undefined ? {} : { title };
  const { isPronoun: _isPronoun, ...kept } = reference ?? {};
  return { ...kept, ...narrowed };
}

function answerKind(
  { choice, durationMinutes, eventTypePhrase }: Request,
  { offeredTypes }: Memory,
): { readonly eventTypePhrase?: string; readonly durationMinutes?: number } | undefined {
  const picked = choice === undefined ? undefined : choice < 0 ? offeredTypes.at(choice) : offeredTypes[choice - 1];
  if (picked !== undefined) return { eventTypePhrase: picked.slug };
  if (durationMinutes !== undefined) {
    const ofLength = offeredTypes.filter(({ lengthInMinutes }) => lengthInMinutes === durationMinutes);
    const [only] = ofLength;
    return ofLength.length === 1 && only !== undefined ? { eventTypePhrase: only.slug } : { durationMinutes };
  }
  if (choice !== undefined && choice >= 5) return { durationMinutes: choice };
  return eventTypePhrase === undefined ? undefined : { eventTypePhrase };
}
