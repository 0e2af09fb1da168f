import { toStorableText } from '../store/sql-values.ts';
import { HttpFailure } from './http-failure.ts';

const MAXIMUM_DEPTH = 5;
const MAXIMUM_VALUES = 1000;

export type QueryValue = string | readonly QueryValue[] | { readonly [name: string]: QueryValue };

/**
 * The query as a plain object, whatever way the client writes it: `a=1&a=2`, `a[]=1` and `a[0]=1` become lists, `a[b]=1` an object, also with the
 * brackets escaped; a single value stays text, and `a=1,2` is split where a schema asks for a list.
 */
export function readQuery(url: URL): Readonly<Record<string, QueryValue>> {
  if (url.search === '') return {};
  const root: Branch = new Map();
  let count = 0;
  for (const [name, text] of url.searchParams) {
    count += 1;
    if (count > MAXIMUM_VALUES) throw new HttpFailure(400, `The query has more than ${MAXIMUM_VALUES} values.`);
    insert(root, toPath(toStorableText(name)), withPlus(toStorableText(text)));
  }
  return toObject(root);
}

/** The "+" of an offset from UTC that nobody escaped arrives as a space: "2030-01-08T10:00:00 02:00". */
function withPlus(text: string): string {
  return text.replace(/^(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?) (\d\d:?\d\d)$/, '$1+$2');
}

interface Branch extends Map<string, Branch | string[]> {}

/** `a[b][]` → a, b, "" */
function toPath(name: string): readonly string[] {
  const match = /^([^[\]]+)((?:\[[^[\]]*\])+)$/.exec(name);
  if (match === null) return [name];
  const [, first = '', brackets = ''] = match;
  const path = [first, ...brackets.slice(1, -1).split('][')];
  if (path.length > MAXIMUM_DEPTH)
    throw new HttpFailure(400, `The query parameter "${name}" is nested more than ${MAXIMUM_DEPTH} levels deep.`);
  return path;
}

function insert(branch: Branch, path: readonly string[], text: string): void {
  const [name = '', ...rest] = path;
  const present = branch.get(name);
  if (rest.length === 0) {
    if (present instanceof Map) throw ambiguous(name);
    branch.set(name, [...(present ?? []), text]);
    return;
  }
  if (Array.isArray(present) && rest.length === 1 && rest[0] === '') {
    branch.set(name, [...present, text]);
    return;
  }
  if (Array.isArray(present)) throw ambiguous(name);
  const child: Branch = present ?? new Map();
  branch.set(name, child);
  insert(child, rest, text);
}

function ambiguous(name: string): HttpFailure {
  return new HttpFailure(400, `The query parameter "${name}" is given both as a value and as an object. Use one of the two.`);
}

function toObject(branch: Branch): Readonly<Record<string, QueryValue>> {
  return Object.fromEntries([...branch].map(([name, value]) => [name, toValue(value)]));
}

function toValue(value: Branch | readonly string[]): QueryValue {
  if (!(value instanceof Map)) return value.length > 1 ? value : (value[0] ?? '');
  const names = [...value.keys()];
  const isList = names.every((name) => name === '' || /^\d{1,4}$/.test(name));
  if (!isList) return toObject(value);
  return [...value]
    .toSorted(([one], [other]) => Number(one) - Number(other))
    .flatMap(([, member]) => {
      const item = toValue(member);
      return member instanceof Map ? [item] : item;
    });
}
