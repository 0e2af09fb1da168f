import MiniSearch from 'minisearch';

export interface NamedEventType {
  readonly id: number;
  readonly slug: string;
  readonly title: string;
  readonly lengthInMinutes: number;
  readonly lengthInMinutesOptions?: readonly number[] | null | undefined;
  readonly hidden?: boolean | null | undefined;
}

/** Accents and case do not count: "Café" is "cafe". */
export function foldName(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

/** The event types that the words may mean, the best first; a misspelt name counts. */
export function findEventTypes<Type extends NamedEventType>(phrase: string, eventTypes: readonly Type[]): readonly Type[] {
  const wanted = foldName(phrase).trim();
  const exact = eventTypes.filter(({ slug, title }) => foldName(slug) === wanted || foldName(title) === wanted);
  if (exact.length > 0) return exact;
  const search = new MiniSearch<Type>({
    fields: ['title', 'slug'],
    processTerm: (term) => foldName(term),
    searchOptions: { boost: { title: 2 } },
  });
  search.addAll(eventTypes);
  const found = search.search(wanted, { fuzzy: 0.25, prefix: (term) => term.length > 2, combineWith: 'AND' });
  // The search allows changed letters; two exchanged ones count as two there.
  if (found.length === 0) return eventTypes.filter(({ title }) => isNameLike(phrase, title));
  const best = found[0]?.score ?? 0;
  return found.filter(({ score }) => score > best * 0.6).flatMap(({ id }) => eventTypes.filter((eventType) => eventType.id === id));
}

export function offersMinutes({ lengthInMinutes, lengthInMinutesOptions }: NamedEventType, minutes: number): boolean {
  return lengthInMinutes === minutes || (lengthInMinutesOptions ?? []).includes(minutes);
}

/** Whether the name may be meant by what was said: every word of it starts or nearly is a word of the name. */
export function isNameLike(said: string, name: string): boolean {
  const parts = foldName(name)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
  const wanted = foldName(said)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
  return (
    wanted.length > 0 &&
    wanted.every((word) =>
      parts.some((part) => part === word || (word.length > 2 && part.startsWith(word)) || (word.length > 3 && isOneEditApart(word, part))),
    )
  );
}

/** One letter changed, left out, added, or two exchanged. */
function isOneEditApart(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  const [left, right] = [a.length - start - end, b.length - start - end];
  if (left <= 1 && right <= 1) return true;
  return left === 2 && right === 2 && a[start] === b[start + 1] && a[start + 1] === b[start];
}
