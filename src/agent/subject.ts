/** Whether two calls of one tool are about the same thing or the same people: they name a uid or an e-mail address in common. */
export function isSameSubject(one: unknown, other: unknown): boolean {
  const names = subjectsOf(one);
  return [...subjectsOf(other)].some((name) => names.has(name));
}

function subjectsOf(value: unknown, key = '', found: Set<string> = new Set()): Set<string> {
  if (typeof value === 'string') {
    if (/^uid$|Uid$|_uid$/.test(key) || /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value)) found.add(value.toLowerCase());
  } else if (value !== null && typeof value === 'object') {
    for (const [name, part] of Object.entries(value)) subjectsOf(part, name, found);
  }
  return found;
}
