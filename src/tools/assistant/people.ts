import { AppError } from '../../errors.ts';
import type { CalContext } from '../cal/fields.ts';

/** Somebody whose free times can be asked for, or why they cannot. */
export type Companion =
  | { readonly said: string; readonly isSeen: true; readonly username: string; readonly name: string; readonly email?: string }
  | { readonly said: string; readonly isSeen: false; readonly why: string; readonly name?: string; readonly email?: string };

/** A person from earlier bookings. */
export interface Contact {
  readonly name: string;
  readonly email: string;
}

const EMAIL = /[^\s<>()"',;]+@[^\s<>()"',;]+\.[^\s<>()"',;]+/;

/** The address and the name in "Ada Lovelace <ada@example.com>", "ada@example.com" or "Ada". */
export function splitPerson(text: string): { readonly name?: string; readonly email?: string } {
  const email = EMAIL.exec(text)?.[0];
  const name = (email === undefined ? text : text.replace(email, ''))
    .replace(/[<>()"]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return { ...(name === '' ? {} : { name }), ...(email === undefined ? {} : { email: email.toLowerCase() }) };
}

/** Who a name or address means among those whose calendars this account can ask. */
export async function findCompanion(said: string, context: CalContext): Promise<Companion> {
  const { clients, signal } = context;
  const { name, email } = splitPerson(said);
  const asked = email ?? name ?? said;
  const isUsername = /^[A-Za-z0-9._@+-]+$/.test(asked);
  const [eventType] = isUsername ? await clients.cal.listEventTypes({ username: asked }, { signal }) : [];
  const user = eventType?.users?.[0];
  if (user?.username) {
    return { said, isSeen: true, username: user.username, name: user.name ?? user.username, ...(email === undefined ? {} : { email }) };
  }
  const known = { ...(name === undefined ? {} : { name }), ...(email === undefined ? {} : { email }) };
  const why =
    email === undefined
      ? `nobody has the username "${asked}" with something to book`
      : context.account === 'local'
        ? 'no user of this installation has this address'
        : 'Cal.com finds people by username only';
  return { said, isSeen: false, why, ...known };
}

/** Everybody from the latest bookings, the latest first, each address once. */
export async function listContacts({ clients, signal, principal }: CalContext): Promise<readonly Contact[]> {
  const { bookings } = await clients.cal.listBookings({ sortStart: 'desc', take: 250 }, { signal });
  const contacts = new Map<string, Contact>();
  for (const { attendees } of bookings) {
    for (const { name, email } of attendees) {
      const address = email.toLowerCase();
      if (address !== '' && address !== principal.email.toLowerCase() && !contacts.has(address))
        contacts.set(address, { name, email: address });
    }
  }
  return [...contacts.values()];
}

/** The one person that is meant; an address is never guessed. */
export async function findAttendee(said: string, context: CalContext): Promise<Contact> {
  const { name, email } = splitPerson(said);
  if (email !== undefined && name !== undefined) return { name, email };
  const contacts = await listContacts(context);
  if (email !== undefined) {
    const known = contacts.find((contact) => contact.email === email);
    return { name: known?.name ?? email.split('@')[0] ?? email, email };
  }
  const { isNameLike } = await import('../../language/index.ts');
  const wanted = name ?? said;
  const exact = contacts.filter((contact) => contact.name.toLowerCase() === wanted.toLowerCase());
  const found = exact.length > 0 ? exact : contacts.filter((contact) => isNameLike(wanted, contact.name));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  if (only === undefined) {
    throw new AppError('invalid_input', `The e-mail address of "${wanted}" is not known from earlier bookings.`, {
      hint: `Give it: "${wanted} <name@example.com>".`,
      details: { reason: 'unknown_person', name: wanted },
    });
  }
  throw new AppError('invalid_input', `"${wanted}" may be any of ${found.length} people.`, {
    hint: `Say which one: ${found
      .slice(0, 5)
      .map((contact) => `${contact.name} <${contact.email}>`)
      .join(', ')}.`,
    details: { reason: 'ambiguous_person', candidates: found.slice(0, 20) },
  });
}
