import { LuaCallError } from './outcome.ts';
import { endsWithin } from './watchdog.ts';

/** What one match is to a script: the whole at 0, groups from 1, named groups by name. Unmatched groups are null. */
export interface RegexMatch {
  readonly start: number;
  readonly end: number;
  readonly groups: readonly (string | null)[];
  readonly named: Readonly<Record<string, string | null>>;
}

/** What one call may take; a pattern that needs longer is at fault, not its subject. */
const MOST_MS = 500;
/** Up to here even n² steps are over in a millisecond or two, so the watchdog can be spared. */
const SMALL_SUBJECT = 2000;

const patterns = new Map<string, { readonly regex: RegExp; readonly isTame: boolean }>();

/** All matches, at most `limit`, of a plain pattern or one between slashes with flags. */
export function findMatches(subject: string, pattern: string, flags: string, limit: number): readonly RegexMatch[] {
  const { regex, isTame } = compilePattern(pattern, flags);
  return isTame && subject.length <= SMALL_SUBJECT ? collect(regex, subject, limit) : collectWatched(regex, subject, limit, pattern);
}

/** `$1`, `\1`, `${1}`, `$0`, `$$`, and `${name}` in a replacement. */
export function expandReplacement(replacement: string, match: RegexMatch): string {
  return replacement.replace(/\$\$|\\\\|[$\\](\d{1,2})|\$\{(\w+)\}/g, (whole, digits?: string, name?: string) => {
    if (whole === '$$') return '$';
    if (whole === '\\\\') return '\\';
    const key = digits ?? name ?? '';
    return (/^\d+$/.test(key) ? match.groups[Number(key)] : match.named[key]) ?? '';
  });
}

export function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

function compilePattern(pattern: string, flags: string): { readonly regex: RegExp; readonly isTame: boolean } {
  const key = `${flags}\0${pattern}`;
  const known = patterns.get(key);
  if (known !== undefined) return known;
  const delimited = /^\/([\s\S]*)\/([a-zA-Z]*)$/.exec(pattern);
  const leading = /^\(\?([imsx]+)\)/.exec(delimited?.[1] ?? pattern);
  const source = (delimited?.[1] ?? pattern).slice(leading?.[0].length ?? 0);
  const asked = new Set([...(delimited?.[2] ?? ''), ...(leading?.[1] ?? ''), ...flags]);
  const unknown = [...asked].filter((flag) => !'imsxugU'.includes(flag));
  if (unknown.length > 0) throw badPattern(pattern, `the flag "${unknown[0]}" is not known`);
  let translated = source
    .replace(/\(\?P<(\w+)>/g, '(?<$1>')
    .replace(/\(\?P=(\w+)\)/g, '\\k<$1>')
    .replace(/\(\?P>(\w+)\)/g, (whole) => {
      throw badPattern(pattern, `"${whole}" (recursion) is not available`);
    });
  if (asked.has('x'))
    translated = translated.replace(/\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]|#[^\n]*|\s+/g, (part) => (/^[#\s]/.test(part) ? '' : part));
  translated = translated.replace(
    /\\[\s\S]/g,
    (part) => ({ '\\A': '(?<![\\s\\S])', '\\z': '(?![\\s\\S])', '\\Z': '(?=\\n?(?![\\s\\S]))', '\\h': '[ \\t]' })[part] ?? part,
  );
  const wanted = `dg${['i', 'm', 's'].filter((flag) => asked.has(flag)).join('')}`;
  const regex = toRegExp(translated, wanted, pattern);
  // One repetition and no reference back: at worst quadratic.
  const repetitions = translated.replace(/\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]|\(\?/g, '').match(/[*+{?]/g)?.length ?? 0;
  const compiled = { regex, isTame: repetitions <= 1 && !/\\[1-9k]/.test(translated) };
  if (patterns.size > 200) patterns.clear();
  patterns.set(key, compiled);
  return compiled;
}

/** With `u` where the pattern allows it, so that a character is a code point; without where only the older grammar reads it. */
function toRegExp(source: string, flags: string, pattern: string): RegExp {
  try {
    return new RegExp(source, `${flags}u`);
  } catch {
    try {
      return new RegExp(source, flags);
    } catch (error) {
      throw badPattern(pattern, (error as Error).message.replace(/^Invalid regular expression: (?:\/[\s\S]*\/\w*: )?/, ''));
    }
  }
}

function badPattern(pattern: string, why: string): LuaCallError {
  return new LuaCallError({
    code: 'invalid_arguments',
    reason: 'bad_pattern',
    message: `The pattern "${pattern}" cannot be read: ${why}.`,
    hint: 'Patterns are regular expressions, plain or as /…/flags; a backslash in a Lua string is written twice.',
  });
}

function collect(regex: RegExp, subject: string, limit: number): readonly RegexMatch[] {
  const found: RegexMatch[] = [];
  regex.lastIndex = 0;
  while (found.length < limit) {
    const match = regex.exec(subject);
    if (match === null) break;
    const end = match.index + match[0].length;
    if (end === match.index) regex.lastIndex = end + ((subject.codePointAt(end) ?? 0) > 0xffff && regex.unicode ? 2 : 1);
    const named = Object.fromEntries(Object.entries(match.groups ?? {}).map(([name, value]) => [name, value ?? null]));
    found.push({ start: match.index, end, groups: Array.from(match, (group) => group ?? null), named });
  }
  return found;
}

function collectWatched(regex: RegExp, subject: string, limit: number, pattern: string): readonly RegexMatch[] {
  let found: readonly RegexMatch[] = [];
  const isOver = endsWithin(MOST_MS, () => {
    found = collect(regex, subject, limit);
  });
  if (isOver) return found;
  throw new LuaCallError({
    code: 'cpu_limit',
    reason: 'slow_pattern',
    message: `The pattern "${pattern}" took more than ${MOST_MS} ms.`,
    hint: 'Nested repetitions like (a+)+ try every split of the text: make one of them specific, or anchor the pattern.',
  });
}
