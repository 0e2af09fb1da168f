import { splitNames } from './people.ts';
import type { Reference, When } from './request.ts';
import { ARTICLES, FILLERS, GENERIC_NOUNS, PRONOUNS } from './vocabulary.ts';
import { toWhen } from './when.ts';
import { textOf, type Word } from './words.ts';

const ORDERS: Readonly<Record<string, Reference['order']>> = {
  next: 'next',
  upcoming: 'next',
  coming: 'next',
  last: 'last',
  latest: 'last',
  final: 'last',
  first: 1,
  second: 2,
  third: 3,
  fourth: 4,
  fifth: 5,
};

/** Which booking the words name: "my 2pm meeting with Ada", "the one tomorrow", "it", "all of them on Friday". */
export function readReference(words: readonly Word[]): Reference {
  const lowers = words.map(({ lower }) => lower);
  const uidAt = lowers.findIndex((word, at) => /^(booking|meeting|uid)$/.test(word) && isUid(words[at + 1]?.text));
  const uid = uidAt >= 0 ? words[uidAt + 1]?.text : words.find(({ text }) => isUid(text))?.text;
  if (uid !== undefined) return { uid };
  const withAt = lowers.findIndex((word) => word === 'with' || word === 'w/');
  const people = withAt < 0 ? [] : splitNames(words.slice(withAt + 1));
  const possessive = words.find(
    ({ kind, lower, isCapital }) => kind === 'word' && /'s$/.test(lower) && isCapital && !PRONOUNS.has(lower.slice(0, -2)),
  );
  const email = words.find(({ kind }) => kind === 'email')?.text.toLowerCase();
  const person = email ?? people[0]?.name ?? possessive?.text.replace(/['’]s$/, '');
  const when: When | undefined = toWhen(words.flatMap(({ reading }) => (reading === undefined ? [] : [reading])));
  const order = words.flatMap(({ kind, lower }) => (kind === 'word' ? [ORDERS[lower]] : [])).find((found) => found !== undefined);
  const nouns = (withAt < 0 ? words : words.slice(0, withAt)).filter((word) => isTitleWord(word) && word !== possessive);
  const quoted = words.find(({ kind }) => kind === 'quoted')?.text;
  const title = quoted ?? (nouns.length > 0 ? textOf(nouns) : undefined);
  const isPlural = lowers.some((word) => /^(all|every|everything|both|each)$/.test(word));
  const hasFilter = person !== undefined || when !== undefined || title !== undefined || order !== undefined || isPlural;
  const isPronoun = !hasFilter && lowers.some((word) => /^(it|that|this|them)$/.test(word));
  return {
    ...(isPronoun ? { isPronoun: true as const } : {}),
    ...(person === undefined ? {} : { person }),
    ...(when === undefined ? {} : { when }),
    ...(title === undefined ? {} : { title }),
    ...(order === undefined ? {} : { order }),
    ...(isPlural ? { isPlural: true as const } : {}),
  };
}

/** A booking's uid is one long word with both letters and digits. */
function isUid(text: string | undefined): boolean {
  return text !== undefined && /^(?=.*\d)(?=.*[a-z])[\w-]{8,}$/i.test(text) && !/^\d+(?:st|nd|rd|th|min|minutes?)$/i.test(text);
}

function isTitleWord({ kind, lower }: Word): boolean {
  if (kind !== 'word') return false;
  const bare = lower.replace(/'s$/, '');
  return (
    !ARTICLES.has(bare) &&
    !PRONOUNS.has(bare) &&
    !GENERIC_NOUNS.has(bare) &&
    !FILLERS.has(bare) &&
    ORDERS[bare] === undefined &&
    !/^(all|every|everything|both|each|of|at|on|my|calendar|schedule|scheduled|with|set|up|booked|planned|same|over|until|till|before|after|between|because|during|there|everyone|due|what|what's|when|when's|where|where's|who|who's|how|long|tell|show|time|does|do|did|has|have|details|location|know|start|starts|end|ends|many|people|attending|coming|everything|one|ones)$/.test(
      bare,
    )
  );
}
