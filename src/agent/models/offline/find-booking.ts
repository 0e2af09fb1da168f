import { isNameLike, type Reference, type When } from '../../../language/index.ts';
import { call, type Outcome, type Plan, type Scene } from './memory.ts';
import { type KnownBooking, toBooking, toBookings } from './results.ts';
import { sayBooking, sayWhen } from './say-booking.ts';
import { sayList, sayMoment, toLocal } from './time.ts';

export interface Search {
  readonly reference: Reference;
  /** For the questions: "cancel", "move". */
  readonly verb: string;
  readonly status?: 'upcoming' | 'unconfirmed' | 'past';
}

/** The bookings a reference means: one, or several for "all"; otherwise what to say or ask instead. */
export function* findBookings({ reference, verb, status = 'upcoming' }: Search, scene: Scene): Plan<readonly KnownBooking[] | Outcome> {
  const { memory } = scene;
  if (reference.uid !== undefined) return yield* getByUid(reference.uid);
  const isBare = Object.keys(reference).length === 0;
  if ((reference.isPronoun === true || isBare) && memory.booking !== undefined) return [memory.booking];
  const among = memory.candidates.filter((booking) => fits(booking, reference, scene));
  if (memory.question === 'which' && among.length === 1) return among;
  const found = yield* listBookings(status, scene);
  if (!Array.isArray(found)) return found as Outcome;
  const all = found as readonly KnownBooking[];
  const strict = all.filter((booking) => fits(booking, reference, scene));
  const isTitleSure = strict.length > 0 || Object.keys(reference).length < 2;
  // "my call with Bob": a word for the kind of meeting need not stand in its title.
  const { title: _title, ...untitled } = reference;
  const fitting = inOrder(isTitleSure ? strict : all.filter((booking) => fits(booking, untitled, scene)), reference);
  if (fitting.length === 1 || (reference.isPlural === true && fitting.length > 0)) return fitting;
  if (fitting.length === 0) return nothingFits(all, { reference, verb, status }, scene);
  return askWhich(fitting, verb, scene);
}

function* getByUid(uid: string): Plan<readonly KnownBooking[] | Outcome> {
  const result = yield* call({ tool: 'get_booking', input: { uid }, isLookup: true });
  const booking = result.status === 'done' ? toBooking(result.output) : undefined;
  if (booking !== undefined) return [booking];
  const why = result.status === 'failed' ? result.error.message : 'I could not look it up.';
  return { text: `I can't find that booking. ${why}`, memory: { status: 'idle' } };
}

export function* listBookings(status: 'upcoming' | 'unconfirmed' | 'past', scene: Scene): Plan<readonly KnownBooking[] | Outcome> {
  const result = yield* call({ tool: 'list_bookings', input: { status: [status], take: 250 }, isLookup: true });
  if (result.status !== 'failed')
    return toBookings(result).filter((booking) => booking.status === 'accepted' || booking.status === 'pending');
  return { text: `I can't look at your bookings right now. ${result.error.message}`, memory: { status: scene.memory.status } };
}

function inOrder(bookings: readonly KnownBooking[], { order, isPlural }: Reference): readonly KnownBooking[] {
  const sorted = bookings.toSorted((a, b) => Date.parse(a.start) - Date.parse(b.start));
  if (order === undefined || isPlural === true) return sorted;
  const one = order === 'next' ? sorted[0] : order === 'last' ? sorted.at(-1) : sorted[order - 1];
  return one === undefined ? [] : [one];
}

function fits(booking: KnownBooking, { person, when, title }: Reference, scene: Scene): boolean {
  if (person !== undefined && !isWith(booking, person)) return false;
  if (when !== undefined && !isWithin(booking, when, scene)) return false;
  return title === undefined || isNameLike(title, `${booking.title} ${booking.attendees.map(({ name }) => name).join(' ')}`);
}

export function isWith({ attendees }: KnownBooking, person: string): boolean {
  return attendees.some((attendee) => isCalled(attendee, person));
}

export function isCalled({ name, email }: KnownBooking['attendees'][number], person: string): boolean {
  return email.toLowerCase() === person.toLowerCase() || isNameLike(person, name) || isNameLike(person, email.split('@')[0] ?? '');
}

/** Whether the booking starts at the time, on the day or in the span that was named. */
export function isWithin({ start }: KnownBooking, { date, time, from, to }: When, { clock }: Scene): boolean {
  const local = toLocal(Date.parse(start), clock);
  if (date !== undefined && !local.startsWith(date)) return false;
  if (time !== undefined && !local.endsWith(`T${time}`)) return false;
  const near = (bound: string) => (bound.length === 5 ? local.slice(11) : local.slice(0, Math.max(10, bound.length)));
  if (from !== undefined && near(from) < from) return false;
  return to === undefined || near(to) < to;
}

function nothingFits(all: readonly KnownBooking[], { reference, verb, status }: Search, scene: Scene): Outcome {
  const what = describe(reference);
  const isWaiting = status === 'unconfirmed';
  if (all.length === 0) {
    const kind = isWaiting ? 'booking that waits for your answer' : 'upcoming booking';
    return {
      text: verb === 'show' ? 'You have nothing coming up.' : `You have no ${kind}, so there is nothing to ${verb}.`,
      memory: { status: 'idle' },
    };
  }
  const next = all.toSorted((a, b) => Date.parse(a.start) - Date.parse(b.start)).slice(0, 3);
  const list = sayList(next.map((booking) => `${sayBooking(booking)} ${sayWhen(booking, scene)}`));
  const lead =
    what === '' ? "I'm not sure which booking you mean." : `I can't find ${isWaiting ? 'a waiting' : 'an upcoming'} booking ${what}.`;
  const question =
    all.length === 1 ? `The only one is ${list}. Should I ${verb} that?` : `Your next ones are ${list}. Which one should I ${verb}?`;
  return { text: `${lead} ${question}`, memory: { status: 'asking', question: 'which', candidates: next } };
}

export function askWhich(found: readonly KnownBooking[], verb: string, scene: Scene): Outcome {
  const shown = found.slice(0, 6);
  const lines = shown.map((booking, at) => `${at + 1}. ${sayBooking(booking)} ${sayWhen(booking, scene)}`);
  const more = found.length > shown.length ? ` (the first ${shown.length} of ${found.length})` : '';
  return {
    text: `I found ${found.length} bookings that fit${more}:\n${lines.join('\n')}\nWhich one should I ${verb}?`,
    suggestions: shown.slice(0, 4).map(({ start }) => `The one on ${sayMoment(Date.parse(start), scene.clock)}`),
    memory: { status: 'asking', question: 'which', candidates: shown },
  };
}

function describe({ person, when, title }: Reference): string {
  return [
    title === undefined ? '' : `called "${title}"`,
    person === undefined ? '' : `with ${person}`,
    when === undefined ? '' : `for "${when.text}"`,
  ]
    .filter(Boolean)
    .join(' ');
}
