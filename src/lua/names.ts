/** Hyphens, dots, blanks and camel case are spelling, not meaning: `List-Bookings`, `listBookings` and `list_bookings` are one. */
export function normalizeName(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[-.\s]+/g, '_')
    .toLowerCase();
}

/** The names most like a wanted one, best first, at most five. */
export function closestNames(wanted: string, names: readonly string[], count = 5): readonly string[] {
  const key = normalizeName(wanted).slice(0, 100);
  return names
    .map((name, index) => ({ name, index, distance: distanceBetween(key, normalizeName(name).slice(0, 100)) }))
    .toSorted((a, b) => a.distance - b.distance || a.index - b.index)
    .slice(0, count)
    .map(({ name }) => name);
}

/** Edits from one to the other; sharing words or a part makes them nearer. */
function distanceBetween(wanted: string, name: string): number {
  const words = new Set(name.split('_'));
  const shared = wanted.split('_').filter((word) => words.has(word)).length;
  const holds = wanted.length > 2 && (name.includes(wanted) || wanted.includes(name)) ? 3 : 0;
  return editDistance(wanted, name) - 2 * shared - holds;
}

function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
