import { type Request, understand } from '../../../language/index.ts';
import { book } from './book.ts';
import { act, reschedule } from './change.ts';
import type { CallResult, MadeCall, Turn } from './conversation.ts';
import { continueDraft, startDraft } from './draft.ts';
import { availability, details, eventTypes, list } from './look.ts';
import { type Contact, type Draft, emptyMemory, type Memory, type Outcome, type Plan, type Scene, type Step } from './memory.ts';
import { toBooking, toBookings, toEventTypes } from './results.ts';
import { attendance, createRoom, listRooms } from './rooms.ts';
import { acknowledge, decline, drop, greet, help, unclearChoice, unclearFragment, unclearYes } from './talk.ts';
import type { Clock } from './time.ts';
import { contactsOf } from './who.ts';

export interface Conversation {
  readonly turns: readonly Turn[];
  readonly clock: Clock;
  /** The person's own address; never an attendee. */
  readonly userEmail?: string;
}

/** What the assistant says and calls next: the whole conversation is gone through again, so the same words always lead to the same step. */
export function respond({ turns, clock, userEmail }: Conversation): Step & { readonly suggestions?: readonly string[] } {
  let memory: Memory = emptyMemory;
  let next: Step & { readonly suggestions?: readonly string[] } = { calls: [], say: 'Hello! What shall I do with your calendar?' };
  for (const turn of turns) {
    const scene: Scene = { clock, memory, ...(userEmail === undefined ? {} : { userEmail }) };
    const progress = advance(answer(turn.said, scene), turn.calls);
    if ('step' in progress) {
      next = progress.step;
      memory = { ...learn(memory, turn.calls, userEmail), status: 'idle' };
    } else {
      const { text, suggestions } = progress.outcome;
      next = { calls: [], say: text, ...(suggestions === undefined ? {} : { suggestions }) };
      memory = remember(learn(memory, turn.calls, userEmail), progress.outcome);
    }
  }
  return next;
}

/** Goes through a plan with the results there are; ends at the first call without one, or at the plan's end. */
function advance(plan: Plan<Answered>, made: readonly MadeCall[]): { readonly step: Step } | { readonly outcome: Answered } {
  let used = 0;
  let state = plan.next();
  while (state.done !== true) {
    const results: CallResult[] = [];
    for (const { tool } of state.value.calls) {
      const at = made.findIndex((call, index) => index >= used && call.tool === tool);
      if (at < 0) break;
      const found = made[at];
      if (found !== undefined) results.push(found.result);
      used = at + 1;
    }
    if (results.length < state.value.calls.length) return { step: { ...state.value, calls: state.value.calls.slice(results.length) } };
    state = plan.next(results);
  }
  return { outcome: state.value };
}

/** An outcome with the work it belongs to. */
interface Answered extends Outcome {
  readonly draft?: Draft;
}

function* answer(said: string, scene: Scene): Plan<Answered> {
  const { memory, clock } = scene;
  const request = understand(said, { ...clock, knownNames: memory.contacts.map(({ name }) => name) });
  const draft = draftFor(request, scene);
  if (draft === undefined) return yield* talk(request, scene);
  const isContinued = draft.request.text !== request.text;
  const outcome = yield* work(draft, isContinued ? scene : { ...scene, memory: { ...memory, question: undefined as never } });
  const { rest } = draft.request;
  const kept: Answered = { ...outcome, draft };
  if (rest === undefined || outcome.memory.status === 'asking' || outcome.memory.status === 'pending') return kept;
  const after = remember({ ...memory, contacts: memory.contacts }, kept);
  return yield* withLead(outcome.text, answer(rest, { ...scene, memory: after }));
}

/** Says the end of one request before the first words of the next. */
function* withLead(lead: string, plan: Plan<Answered>): Plan<Answered> {
  let isFirst = true;
  let state = plan.next();
  while (state.done !== true) {
    const say = isFirst ? [lead, state.value.say].filter(Boolean).join('\n\n') : state.value.say;
    isFirst = false;
    state = plan.next(yield { ...state.value, ...(say === undefined ? {} : { say }) });
  }
  return isFirst ? { ...state.value, text: `${lead}\n\n${state.value.text}` } : state.value;
}

function draftFor(request: Request, scene: Scene): Draft | undefined {
  const { memory } = scene;
  const { draft, status } = memory;
  const isOpen = draft !== undefined && (status === 'asking' || status === 'denied' || status === 'pending');
  const isWrite = draft?.goal === 'book' || draft?.goal === 'reschedule';
  const { intent } = request;
  if (intent === 'yes' && isOpen) return accepted(draft, scene);
  if (isOpen && (intent === 'answer' || (intent === 'other' && !isQuestion(request.text)))) return continueDraft(draft, request, scene);
  const isSlotAnswer = request.isEarliest === true && (intent === 'availability' || intent === 'list');
  if (isOpen && isWrite && (isSlotAnswer || (intent === 'reschedule' && request.reference?.isPronoun === true && draft.goal === 'book'))) {
    return continueDraft(draft, request, scene) ?? draft;
  }
  if (intent === 'no' && /^cancel\b/i.test(request.text) && !isOpen && memory.booking !== undefined) {
    return { goal: 'cancel', request: { ...request, reference: { isPronoun: true } }, people: [] };
  }
  if (
    intent === 'answer' &&
    draft !== undefined &&
    (draft.goal === 'list' || draft.goal === 'availability') &&
    (request.when ?? request.people[0]) !== undefined
  ) {
    return {
      ...draft,
      request: { ...draft.request, text: request.text },
      people: request.people.length > 0 ? request.people : draft.people,
      ...(request.when === undefined ? {} : { when: request.when }),
    };
  }
  if (
    intent === 'answer' &&
    status === 'done' &&
    request.when !== undefined &&
    memory.booking !== undefined &&
    /\b(?:instead|actually|rather)\b/i.test(request.text)
  ) {
    return { goal: 'reschedule', request: { ...request, reference: { isPronoun: true } }, people: [], when: request.when };
  }
  return startDraft(request, scene);
}

/** A question of another kind is no answer, though it may name a day. */
function isQuestion(text: string): boolean {
  return /^(?:what|who|when|where|why|how|which|is|are|do|does|did|can|could|tell|show|play|give|read|sing)\b/i.test(text);
}

/** "Yes" to the one thing that was offered. */
function accepted(draft: Draft, { memory, clock }: Scene): Draft | undefined {
  if (memory.status !== 'asking') return undefined;
  if (memory.question === 'confirm') return { ...draft, isTimeConfirmed: true };
  const [booking] = memory.candidates;
  if (memory.question === 'which' && memory.candidates.length === 1 && booking !== undefined) return { ...draft, booking };
  if (memory.offered.length !== 1) return undefined;
  return continueDraft(draft, { intent: 'answer', text: '1', people: [], readings: [], choice: 1 }, { memory, clock });
}

function* work(draft: Draft, scene: Scene): Plan {
  switch (draft.goal) {
    case 'book':
      return yield* book(draft, scene);
    case 'reschedule':
      return yield* reschedule(draft, scene);
    case 'cancel':
    case 'confirm':
    case 'decline':
      return yield* act(draft, draft.goal, scene);
    case 'list':
      return yield* list(draft, scene);
    case 'availability':
      return yield* availability(draft, scene);
    case 'details':
      return yield* details(draft, scene);
  }
}

function* talk(request: Request, scene: Scene): Plan<Answered> {
  switch (request.intent) {
    case 'greeting':
      return greet(scene);
    case 'help':
      return help(scene);
    case 'thanks':
      return acknowledge(scene);
    case 'yes':
      return unclearYes(scene);
    case 'no':
      return drop(scene);
    case 'event-types':
      return yield* eventTypes();
    case 'create-room':
      return yield* createRoom(request, scene);
    case 'rooms':
      return yield* listRooms(scene);
    case 'attendance':
      return yield* attendance(request, scene);
    case 'answer':
      if (request.choice !== undefined) return unclearChoice(scene);
      return request.when !== undefined || request.people.some(({ email }) => email !== undefined)
        ? unclearFragment(request.text, scene)
        : decline(scene);
    default:
      return decline(scene);
  }
}

/** What a turn leaves: its own words count, of earlier turns only what lasts. */
function remember(memory: Memory, { memory: left, draft }: Answered): Memory {
  const { contacts, eventTypes: known, booking } = memory;
  const work = draft ?? memory.draft;
  const said = (draft?.people ?? []).flatMap(({ name, email }) => (name === undefined || email === undefined ? [] : [{ name, email }]));
  return {
    ...emptyMemory,
    eventTypes: known,
    ...(booking === undefined ? {} : { booking }),
    ...left,
    ...(work === undefined ? {} : { draft: work }),
    contacts: mergeContacts(contacts, said),
  };
}

/** What the results of a turn tell about people and event types, whatever was made of them. */
function learn(memory: Memory, made: readonly MadeCall[], userEmail: string | undefined): Memory {
  const results = made.map(({ result }) => result);
  const single = results.flatMap((result) => (result.status === 'done' ? (toBooking(result.output) ?? []) : []));
  const found = [...single, ...results.flatMap((result) => toBookings(result))]
    .flatMap(contactsOf)
    .filter(({ email }) => email !== userEmail);
  const types = made.findLast(({ tool, result }) => tool === 'list_event_types' && result.status === 'done');
  return {
    ...memory,
    contacts: mergeContacts(memory.contacts, found),
    ...(types === undefined ? {} : { eventTypes: toEventTypes(types.result) }),
  };
}

function mergeContacts(known: readonly Contact[], added: readonly Contact[]): readonly Contact[] {
  const fresh = added.filter((contact, at) =>
    [...known, ...added.slice(0, at)].every(({ email }) => email.toLowerCase() !== contact.email.toLowerCase()),
  );
  return fresh.length === 0 ? known : [...known, ...fresh];
}
