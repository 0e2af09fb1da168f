import type { HostFunction, HostStack } from './host-stack.ts';
import { type LuaThread, type Machine, Stop } from './machine.ts';
import { escapePattern, expandReplacement, findMatches, type RegexMatch } from './regex.ts';
import { textAt } from './values.ts';

const MOST_RESULT_BYTES = 32 * 1024 * 1024;

/** What the prelude's `regex` is made of. */
export function createRegexFunctions(machine: Machine, stack: HostStack): Readonly<Record<string, HostFunction>> {
  const { native } = machine;
  const matchesFor = (
    thread: LuaThread,
    flagsAt: number,
    limit: number,
  ): { readonly subject: string; readonly matches: readonly RegexMatch[] } => {
    const subject = stack.text(thread, 1, 'The subject of a regex');
    const pattern = stack.text(thread, 2, 'The pattern of a regex');
    return { subject, matches: findMatches(subject, pattern, stack.optionalText(thread, flagsAt), limit) };
  };
  const pushMatch = (thread: LuaThread, { groups, named }: RegexMatch) => {
    native._lua_createtable(thread, groups.length, 2);
    const list = groups.length === 1 ? [groups[0] ?? null, groups[0] ?? null] : groups;
    for (const [index, group] of list.entries()) {
      stack.push(thread, group);
      native._lua_rawseti(thread, -2, BigInt(index));
    }
    for (const [key, value] of Object.entries(named)) stack.pushNamed(thread, key, value);
  };
  return {
    regex_escape(thread) {
      machine.pushText(thread, escapePattern(stack.text(thread, 1, 'regex.escape: the text')));
      return 1;
    },
    regex_match_all(thread) {
      const { matches } = matchesFor(thread, 3, stack.optionalCount(thread, 4));
      native._lua_createtable(thread, matches.length, 0);
      for (const [index, match] of matches.entries()) {
        pushMatch(thread, match);
        native._lua_rawseti(thread, -2, BigInt(index + 1));
      }
      return 1;
    },
    regex_gsub(thread) {
      const replacement = textAt(machine, thread, 3);
      const { subject, matches } = matchesFor(thread, 5, stack.optionalCount(thread, 4));
      let at = 0;
      const parts: string[] = [];
      let size = 0;
      for (const match of matches) {
        const part = subject.slice(at, match.start) + expandReplacement(replacement, match);
        size += part.length;
        if (size > MOST_RESULT_BYTES) throw new Stop('memory_limit');
        parts.push(part);
        at = match.end;
      }
      machine.pushText(thread, parts.join('') + subject.slice(at));
      stack.push(thread, matches.length);
      return 2;
    },
    regex_pieces(thread) {
      const { subject, matches } = matchesFor(thread, 4, stack.optionalCount(thread, 3));
      native._lua_createtable(thread, matches.length * 2 + 1, 0);
      let at = 0;
      let index = 1n;
      for (const match of matches) {
        machine.pushText(thread, subject.slice(at, match.start));
        native._lua_rawseti(thread, -2, index);
        pushMatch(thread, match);
        stack.pushNamed(thread, 'n', Math.max(match.groups.length - 1, 1));
        native._lua_rawseti(thread, -2, index + 1n);
        index += 2n;
        at = match.end;
      }
      machine.pushText(thread, subject.slice(at));
      native._lua_rawseti(thread, -2, index);
      return 1;
    },
    regex_split(thread) {
      const limit = stack.optionalCount(thread, 3);
      const { subject, matches } = matchesFor(thread, 4, limit === 0 ? 0 : limit - 1);
      const parts: string[] = [];
      let at = 0;
      for (const match of matches) {
        if (match.end === match.start && (match.start === at || match.start === subject.length)) continue;
        parts.push(subject.slice(at, match.start));
        at = match.end;
      }
      stack.push(thread, [...parts, subject.slice(at)]);
      return 1;
    },
  };
}
