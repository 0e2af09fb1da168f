/** What a rewrite changed, for the reader of the outcome. */
export interface RewrittenSource {
  readonly source: string;
  readonly warnings: readonly string[];
}

/** Comments, strings, names, numbers, then any single character. Long brackets close with as many `=` as they open. */
const TOKENS =
  /(?<blank>\s+|--\[(?<comment>=*)\[[\s\S]*?(?:\]\k<comment>\]|$)|--[^\n]*)|\[(?<long>=*)\[[\s\S]*?(?:\]\k<long>\]|$)|"(?:\\[\s\S]|[^"\\\n])*"?|'(?:\\[\s\S]|[^'\\\n])*'?|[A-Za-z_]\w*|\.?\d(?:[eEpP][+-]|[\w.])*|==|~=|<=|>=|\.\.\.?|[\s\S]/g;

/**
 * `end` is a word of the language, so `{ end = … }` and `slot.end` never parse; samples in the wild write both.
 * They become `["end"]` on the token level, on the same line; nothing inside strings or comments is touched.
 */
export function rewriteReservedEnd(source: string): RewrittenSource {
  if (!/\bend\s*(?:--|=)|\.\s*end\b/.test(source)) return { source, warnings: [] };
  const keyLines = new Set<number>();
  const fieldLines = new Set<number>();
  const parts: string[] = [];
  const open: string[] = [];
  // Indexes in `parts` of the last token and the last `end` in key position that still waits for its `=`.
  let last = -1;
  let waiting = -1;
  let waitingLine = 0;
  let line = 1;
  for (const match of source.matchAll(TOKENS)) {
    const token = match[0];
    const isBlank = match.groups?.blank !== undefined;
    parts.push(token);
    if (!isBlank) {
      const before = last < 0 ? '' : (parts[last] ?? '');
      if (waiting >= 0 && token === '=') {
        parts[waiting] = '["end"]';
        keyLines.add(waitingLine);
      }
      waiting = -1;
      if (token === 'end' && before === '.') {
        parts[last] = '';
        parts[parts.length - 1] = '["end"]';
        fieldLines.add(line);
      } else if (token === 'end' && open.at(-1) === '{' && (before === '{' || before === ',' || before === ';')) {
        waiting = parts.length - 1;
        waitingLine = line;
      }
      if (token === '{' || token === '(' || token === '[') open.push(token);
      else if (token === '}' || token === ')' || token === ']') open.pop();
      last = parts.length - 1;
    }
    for (const character of token) if (character === '\n') line += 1;
  }
  const warnings = [
    ...warn(
      keyLines,
      (where) => `${where}: "end" is a reserved word of Lua, so "end =" was read as ["end"] =. Write ["end"] = … or end_time = … instead.`,
    ),
    ...warn(
      fieldLines,
      (where) =>
        `${where}: "end" is a reserved word of Lua, so ".end" was read as ["end"]. Write value["end"], or end_time where a parameter is meant.`,
    ),
  ];
  return { source: parts.join(''), warnings };
}

function warn(lines: ReadonlySet<number>, sentence: (where: string) => string): readonly string[] {
  if (lines.size === 0) return [];
  return [sentence(`${lines.size === 1 ? 'Line' : 'Lines'} ${[...lines].join(', ')}`)];
}
