import { AppError } from '../errors.ts';
import type { Card, CardDay, CardDraft, CardSlot } from '../toolkit/card.ts';
import { askLine } from './ask-line.ts';
import { clean } from './layout.ts';
import type { Terminal } from './terminal.ts';
import type { Turn } from './turn.ts';

/** The sentence that chooses a free time of the last answer; asks whom to meet where that is not known. */
export async function chooseSlot(number: number, turn: Turn, terminal: Terminal): Promise<string | undefined> {
  const card = [...turn.cards.values()]
    .map((data) => data.card)
    .findLast((candidate) => candidate.draft !== undefined && candidate.days !== undefined);
  if (card?.draft === undefined) return String(number);
  const chosen = slotsOf(card)[number - 1];
  if (chosen === undefined)
    throw new AppError('invalid_input', `There is no free time number ${number} above.`, { hint: `Choose 1 to ${slotsOf(card).length}.` });
  const when = `${chosen.day.date} at ${chosen.slot.label}`;
  if (card.draft.rescheduleUid !== undefined) return `Move booking ${card.draft.rescheduleUid} to ${when}`;
  const attendee = card.draft.attendee ?? (await askAttendee(card.draft, terminal));
  return attendee && `Book ${card.draft.eventTypeTitle} with ${attendee.name} (${attendee.email}) on ${when}`;
}

function slotsOf(card: Card): readonly { readonly day: CardDay; readonly slot: CardSlot }[] {
  return (card.days ?? []).flatMap((day) => day.slots.map((slot) => ({ day, slot })));
}

async function askAttendee(draft: CardDraft, terminal: Terminal): Promise<{ readonly name: string; readonly email: string } | undefined> {
  const name = await askLine(`Who is the ${clean(draft.eventTypeTitle)} with? `, terminal);
  const email = name ? await askLine(`What is ${name}'s email? `, terminal) : undefined;
  return name && email ? { name, email } : undefined;
}
