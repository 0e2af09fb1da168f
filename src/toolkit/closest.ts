/** The names that were probably meant by one that nobody has, best first: by the words they share, slips of the pen allowed. */
export function closest(wanted: string, names: readonly string[], limit = 5): readonly string[] {
  const found = names
    .map((name) => ({ name, likeness: likenessOf(wanted, name) }))
    .filter(({ likeness }) => likeness >= LEAST)
    .sort((one, other) => other.likeness - one.likeness);
  // Where one is much nearer than the others, they only distract.
  const near = found.filter(({ likeness }) => likeness >= NEAR * (found[0]?.likeness ?? 0));
  return near.slice(0, limit).map(({ name }) => name);
}

/** "Did you mean cal.list_bookings?"; nothing where nothing is like it. */
export function didYouMean(names: readonly string[]): string | undefined {
  return names.length === 0 ? undefined : `Did you mean ${names.join(', ')}?`;
}

const LEAST = 0.3;
const NEAR = 0.7;

/** 0 to 1. What stands before the last dot is a place and no part of the name. */
function likenessOf(wanted: string, name: string): number {
  const [asked, held] = [wordsOf(wanted), wordsOf(name)];
  if (asked.length === 0 || held.length === 0) return 0;
  const shared = asked.reduce((sum, word) => sum + Math.max(...held.map((other) => wordLikeness(word, other))), 0);
  const inWords = (2 * shared) / (asked.length + held.length);
  return Math.max(inWords, wordLikeness(asked.join(''), held.join('')));
}

function wordsOf(name: string): readonly string[] {
  return name
    .slice(name.lastIndexOf('.') + 1)
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
}

function wordLikeness(one: string, other: string): number {
  if (one === other) return 1;
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  if (short.length >= 3 && long.startsWith(short)) return 0.9;
  const slips = distanceOf(one, other);
  const bearable = Math.floor(long.length / 3);
  return slips <= bearable ? 1 - slips / long.length : 0;
}

/** How many letters are left out, added, changed or exchanged with their neighbour. */
function distanceOf(one: string, other: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const isSame = one[row - 1] === other[column - 1];
      const isExchanged = row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      current[column] = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
        isExchanged ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    beforeLast = last;
    last = current;
  }
  return last[other.length] ?? 0;
}
