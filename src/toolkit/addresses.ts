/** An e-mail address, web address or telephone number within a value. */
export interface FoundAddress {
  /** In its plain form: lower case, a number by its digits alone. */
  readonly address: string;
  /** Where it stands: "attendee.email". */
  readonly path: string;
}

const EMAIL = /[\p{L}\p{N}!#$%&*+/=?^_`{|}~-][\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]*@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu;
const WEB = /(?:\b[a-z][a-z0-9+.-]*:\/\/|\bwww\.)[^\s<>"'`{}|\\^]+/giu;
/** International, or as it is dialled at home; not what stands within an id or a date. */
const PHONE = /(?<![\p{L}\p{N}_.:-])(?:\+|00|0)[1-9](?:[\s().-]{0,2}\d){6,13}(?![\p{L}\p{N}_:-])/gu;
const PHONE_NAME = /phone|mobile|(?:^|_)(?:tel|sms|fax)(?:$|_)/i;

/** Every address in the texts of a value, each once, with the first place it stands in. */
export function findAddresses(value: unknown): readonly FoundAddress[] {
  const found = new Map<string, string>();
  const visit = (part: unknown, path: readonly string[]): void => {
    if (typeof part === 'string') {
      for (const address of addressesIn(part, path.at(-1))) if (!found.has(address)) found.set(address, path.join('.'));
    } else if (Array.isArray(part)) {
      for (const [index, item] of part.entries()) visit(item, [...path, String(index)]);
    } else if (part !== null && typeof part === 'object') {
      for (const [name, item] of Object.entries(part)) visit(item, [...path, name]);
    }
  };
  visit(value, []);
  return [...found].map(([address, path]) => ({ address, path }));
}

function addressesIn(text: string, name = ''): readonly string[] {
  const plain = text.normalize('NFKC');
  const emails = plain.match(EMAIL) ?? [];
  const webs = (plain.match(WEB) ?? []).map((url) => url.replace(/[),.;:!?\]]+$/, '').replace(/\/$/, ''));
  const isPhone = PHONE_NAME.test(name) && (plain.match(/\d/g) ?? []).length >= 5;
  const phones = (isPhone ? [plain] : (plain.match(PHONE) ?? [])).map(toDigits);
  return [...emails, ...webs, ...phones].map((address) => address.toLowerCase());
}

/** "+31 6 1234 5678" and "0031612345678" as "+31612345678". */
function toDigits(phone: string): string {
  const digits = phone.replace(/[^\d+]/g, '').replace(/^00/, '+');
  return digits.startsWith('+') ? `+${digits.slice(1).replaceAll('+', '')}` : digits.replaceAll('+', '');
}

/** Whether somebody who said these words said the address: a web address also without its scheme. */
export function isSaid(address: string, words: readonly string[]): boolean {
  return words.some((text) => {
    if (findAddresses(text).some((found) => found.address === address)) return true;
    const [, bare] = /^[a-z][a-z0-9+.-]*:\/\/(.+)$/.exec(address) ?? [];
    return bare !== undefined && hasToken(text.normalize('NFKC').toLowerCase(), bare);
  });
}

function hasToken(text: string, token: string): boolean {
  const at = text.indexOf(token);
  if (at === -1) return false;
  const [before = '', after = ''] = [text.slice(0, at).at(-1), text.slice(at + token.length)];
  return !/[\p{L}\p{N}_.@/-]/u.test(before) && !/^(?:[\p{L}\p{N}_?#&=%@-]|[./](?=[\p{L}\p{N}]))/u.test(after);
}

/** Remembers what tools answered, so that a person who is asked can be told where an address came from. */
export interface Sightings {
  saw(place: string, tool: string, output: unknown): void;
  /** `"notes" of what cal.get_booking answered` */
  sourceOf(place: string, address: string): string | undefined;
}

/** Looking for addresses in a text of megabytes would take minutes. */
const LONGEST_TEXT = 4_000;

function withShortTexts(value: unknown): unknown {
  if (typeof value === 'string') return value.slice(0, LONGEST_TEXT);
  if (Array.isArray(value)) return value.map(withShortTexts);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withShortTexts(part)]));
}

const PLACES = 200;
const ADDRESSES = 2000;

/** In this process only: it tells more than what is needed to be safe. The oldest are forgotten. */
export function createSightings(): Sightings {
  const places = new Map<string, Map<string, string>>();
  return {
    saw(place, tool, output) {
      const seen = places.get(place) ?? new Map<string, string>();
      places.delete(place);
      places.set(place, seen);
      for (const { address, path } of findAddresses(withShortTexts(output))) {
        if (!seen.has(address)) seen.set(address, path === '' ? `what ${tool} answered` : `"${path}" of what ${tool} answered`);
      }
      forget(seen, ADDRESSES);
      forget(places, PLACES);
    },
    sourceOf: (place, address) => places.get(place)?.get(address),
  };
}

function forget(map: Map<string, unknown>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) return;
    map.delete(key);
  }
}
