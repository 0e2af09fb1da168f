import fc from 'fast-check';

/** What a generated write is made of; each tool takes what it needs. */
export interface Deed {
  /** On the hour or half past, within the hours that can be booked. */
  readonly start: string;
  /** Another one, on another day. */
  readonly otherStart: string;
  readonly slug: '15min' | '30min' | '60min';
  readonly name: string;
  readonly email: string;
  readonly guests: readonly string[];
  readonly timeZone: string;
  readonly text: string;
  readonly otherText: string;
  readonly flag: boolean;
  readonly count: number;
}

/** Text as people and others write it, that is something after trimming. */
const text = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 24 })
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no text of a database has these
  .map((value) => value.replace(/[\u0000-\u001f\u007f]/g, '').trim())
  .filter((value) => value !== '');

const half = fc.record({ hour: fc.integer({ min: 9, max: 14 }), minute: fc.constantFrom('00', '30') });

export const deed: fc.Arbitrary<Deed> = fc
  .record({
    start: half,
    otherStart: half,
    day: fc.integer({ min: 8, max: 10 }),
    slug: fc.constantFrom('15min', '30min', '60min'),
    name: text,
    mailbox: fc.stringMatching(/^[a-z]{1,8}[0-9]{1,3}$/),
    guests: fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}$/), { maxLength: 3 }),
    timeZone: fc.constantFrom('Europe/Amsterdam', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland'),
    text,
    otherText: text,
    flag: fc.boolean(),
    count: fc.integer({ min: 1, max: 4 }),
  })
  .map(({ start, otherStart, day, mailbox, guests, ...rest }) => ({
    ...rest,
    start: `2030-01-${String(day).padStart(2, '0')}T${String(start.hour).padStart(2, '0')}:${start.minute}:00.000Z`,
    otherStart: `2030-01-${day + 6}T${String(otherStart.hour).padStart(2, '0')}:${otherStart.minute}:00.000Z`,
    email: `${mailbox}@example.org`,
    guests: guests.map((guest) => `${guest}@guests.example.org`),
  }));
