import { isNameLike, type Person } from '../../../language/index.ts';
import type { Contact, Outcome, Plan, Scene } from './memory.ts';
import { type KnownBooking, toBookings } from './results.ts';
import { sayList } from './time.ts';

export type Attendee = Contact;

/** Everyone with name and address: as said, from this conversation, or from earlier bookings; otherwise the one question to ask. */
export function* findAttendees(people: readonly Person[], scene: Scene): Plan<readonly Attendee[] | Outcome> {
  let contacts = scene.memory.contacts;
  const complete = () => people.map((person) => completed(person, contacts));
  if (complete().some((found, at) => found === undefined && people[at]?.name !== undefined)) {
    contacts = [...contacts, ...(yield* pastContacts())];
  }
  const attendees: Attendee[] = [];
  for (const [at, person] of people.entries()) {
    const found = complete()[at];
    if (found === undefined) return askForAddress(person);
    if (!('email' in found)) return askWhichContact(person, found.choices);
    attendees.push(found);
  }
  return attendees;
}

function completed(person: Person, contacts: readonly Contact[]): Attendee | { readonly choices: readonly Contact[] } | undefined {
  const { name, email } = person;
  if (email !== undefined) {
    const known = contacts.find((contact) => contact.email.toLowerCase() === email.toLowerCase());
    return { ...known, email, name: name ?? known?.name ?? nameOf(email) };
  }
  if (name === undefined) return undefined;
  const fitting = contacts.filter((contact) => isNameLike(name, contact.name));
  const exact = fitting.filter((contact) => contact.name.toLowerCase() === name.toLowerCase());
  const best = exact.length > 0 ? exact : fitting;
  const choices = best.filter((contact, at) => best.findIndex((other) => other.email === contact.email) === at);
  if (choices.length === 0) return undefined;
  const [first] = choices;
  return choices.length === 1 && first !== undefined ? first : { choices };
}

/** "ada.lovelace@example.com" is written down as "Ada Lovelace"; the approval shows it. */
function nameOf(email: string): string {
  const words = (email.split('@')[0] ?? email).split(/[._+\d-]+/).filter(Boolean);
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ') || email;
}

function* pastContacts(): Plan<readonly Contact[]> {
  const results = yield {
    calls: [
      { tool: 'list_bookings', input: { status: ['upcoming'], take: 250 }, isLookup: true },
      { tool: 'list_bookings', input: { status: ['past'], take: 250 }, isLookup: true },
    ],
  };
  return results.flatMap((result) => toBookings(result)).flatMap(contactsOf);
}

export function contactsOf({ attendees }: KnownBooking): readonly Contact[] {
  return attendees.map(({ name, email, timeZone }) => ({ name, email, ...(timeZone === undefined ? {} : { timeZone }) }));
}

function askForAddress({ name }: Person): Outcome {
  if (name === undefined)
    return { text: 'Who is it with? Please tell me a name and an email address.', memory: { status: 'asking', question: 'who' } };
  return { text: `What is ${possessive(name)} email?`, memory: { status: 'asking', question: 'email', askedFor: name } };
}

function askWhichContact({ name }: Person, choices: readonly Contact[]): Outcome {
  const list = choices.slice(0, 4).map((contact) => `${contact.name} (${contact.email})`);
  return {
    text: `I know more than one ${name}: ${sayList(list)}. Which one do you mean?`,
    suggestions: list,
    memory: { status: 'asking', question: 'email', ...(name === undefined ? {} : { askedFor: name }) },
  };
}

function possessive(name: string): string {
  return name.endsWith('s') ? `${name}'` : `${name}'s`;
}
