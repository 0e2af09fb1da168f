import type { Clause } from './clauses.ts';
import type { Person } from './request.ts';
import { ARTICLES, FILLERS, GENERIC_NOUNS, OCCASION_NOUNS, PREPOSITIONS, PRONOUNS, RELATIONS, WEEKDAY_NAMES } from './vocabulary.ts';
import type { Word } from './words.ts';

/** Everyone a sentence names: after "with", beside an address, or as the thing booked ("book Ada"). */
export function findPeople(
  {
    words,
    clauses,
    bookedWords,
  }: { readonly words: readonly Word[]; readonly clauses: readonly Clause[]; readonly bookedWords: readonly Word[] },
  knownNames: readonly string[],
): readonly Person[] {
  const people: Person[] = [];
  for (const person of [
    ...findAddressed(words),
    ...clauses.filter(({ role }) => role === 'with').flatMap(({ words: named }) => splitNames(named)),
    ...clauses.filter(({ role, words: named }) => role === 'for' && isNameList(named)).flatMap(({ words: named }) => splitNames(named)),
    ...findMet(words),
    ...namesBooked(bookedWords, knownNames),
    ...findKnown(words, knownNames),
  ]) {
    const at = people.findIndex((other) => isSame(other, person));
    if (at < 0) people.push(person);
    else people[at] = { ...person, ...people[at] };
  }
  return people;
}

/** "Ada Lovelace (ada@example.com)", "Ada <ada@example.com>", "Ada, ada@example.com", or an address alone. */
function findAddressed(words: readonly Word[]): readonly Person[] {
  return words.flatMap((word, at) => {
    if (word.kind !== 'email') return [];
    let end = at;
    while (/^[(<[,:–-]$|^(at|is|email|e-mail)$/.test(words[end - 1]?.lower ?? '')) end -= 1;
    let start = end;
    while (start > 0 && isNameWord(words[start - 1]) && end - start < 4) start -= 1;
    const name = words
      .slice(start, end)
      .map(({ text }) => text.replace(/'s$/, ''))
      .join(' ');
    const email = word.text.toLowerCase();
    return [name === '' ? { email } : { name, email }];
  });
}

/** "Ada Lovelace, Bob and Carol" as three; stops at what cannot be a name. */
export function splitNames(words: readonly Word[]): readonly Person[] {
  const people: Person[] = [];
  let name: Word[] = [];
  const close = () => {
    if (name.length > 0)
      people.push({
        name: name
          .map(({ text }) => text)
          .join(' ')
          .replace(/['’]s$/, ''),
      });
    name = [];
  };
  for (const [at, word] of words.entries()) {
    if (word.lower === ',' || word.lower === 'and' || word.lower === '&' || word.lower === 'plus') close();
    else if (isNameWord(word) && name.length < 4 && !(name.length > 0 && /^['’]s$/.test(word.lower))) name.push(word);
    else if (word.kind === 'mark' && word.text === '.' && name.at(-1)?.text.length !== undefined) name = [...name];
    else if (ARTICLES.has(word.lower) || RELATIONS.has(word.lower)) name = [];
    else if (word.kind === 'email' || /^[()<>[\]]$/.test(word.text)) close();
    else {
      if (at > 0) close();
      break;
    }
  }
  close();
  return people;
}

/** "Book Ada tomorrow": what is booked are people when it looks like names and no occasion. */
function namesBooked(words: readonly Word[], knownNames: readonly string[]): readonly Person[] {
  const usable = words.filter(({ kind, lower }) => kind === 'word' && lower !== 'and');
  const isNames = usable.every((word) => isNameWord(word) && !OCCASION_NOUNS.has(word.lower));
  if (usable.length === 0 || !isNames || words.some(({ kind, lower }) => kind !== 'word' && lower !== ',')) return [];
  const known = new Set(knownNames.flatMap((name) => name.toLowerCase().split(/\s+/)));
  const isSure = usable.length === 1 || usable.every(({ isCapital, lower }) => isCapital || known.has(lower));
  return isSure ? splitNames(words) : [];
}

/** "for Ada, Bob and Carol": several capitals in a row are people. */
function isNameList(words: readonly Word[]): boolean {
  const names = words.filter(({ lower }) => lower !== ',' && lower !== 'and');
  return (
    names.length > 1 &&
    names.length < words.length &&
    names.every((word) => word.isCapital && isNameWord(word) && !OCCASION_NOUNS.has(word.lower))
  );
}

/** "meet Ada", "invite Bob", "between Ada and Bob". */
function findMet(words: readonly Word[]): readonly Person[] {
  return words.flatMap(({ lower }, at) => {
    const isPair = lower === 'between';
    if (!isPair && !/^(?:meet|meeting|see|seeing|call|calling|invite)$/.test(lower)) return [];
    const next = words[at + 1];
    if (next?.isCapital !== true || !isNameWord(next) || OCCASION_NOUNS.has(next.lower)) return [];
    return splitNames(words.slice(at + 1)).filter(({ name }) => name !== undefined && /^\p{Lu}/u.test(name));
  });
}

function findKnown(words: readonly Word[], knownNames: readonly string[]): readonly Person[] {
  const line = ` ${words.map(({ lower }) => lower.replace(/'s$/, '')).join(' ')} `;
  return knownNames.flatMap((name) => (name.includes(' ') && line.includes(` ${name.toLowerCase()} `) ? [{ name }] : []));
}

function isSame(a: Person, b: Person): boolean {
  if (a.email !== undefined && b.email !== undefined) return a.email === b.email;
  if (a.name === undefined || b.name === undefined) return false;
  const [left, right] = [a.name.toLowerCase(), b.name.toLowerCase()];
  return left === right || left.startsWith(`${right} `) || right.startsWith(`${left} `);
}

export function isNameWord(word: Word | undefined): boolean {
  if (word === undefined || word.kind !== 'word') return false;
  const { lower } = word;
  const bare = lower.replace(/'s$/, '');
  if (PRONOUNS.has(bare) || ARTICLES.has(bare) || PREPOSITIONS.has(bare) || GENERIC_NOUNS.has(bare) || RELATIONS.has(bare)) return false;
  if (WEEKDAY_NAMES.has(bare) && !(word.isCapital && /^(may|june|april|august)$/.test(bare))) return false;
  return !NOT_NAMES.has(bare) && !(FILLERS.has(bare) && !word.isCapital) && /^\p{L}/u.test(lower);
}

const NOT_NAMES = new Set(
  `and or but not is are was be been will would should could can if that which who when where what how next last first second third both all
  book schedule reschedule cancel move set create make add meeting also too again instead free available coming asap soon earliest later
  time times day days week weeks month months year minutes minute hours hour today now then there here going please at yes yeah no ok okay
  invite lasting scheduled called named titled regarding without only except maybe probably tonight earlier only have has had`.split(/\s+/),
);
