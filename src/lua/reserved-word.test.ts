import { describe, expect, it } from 'vitest';
import { rewriteReservedEnd } from './reserved-word.ts';

function rewritten(source: string): string {
  return rewriteReservedEnd(source).source;
}

describe('the reserved word end', () => {
  it('becomes a key where it is followed by = in a table', () => {
    expect(rewritten('f({ start = 1, end = 2 })')).toBe('f({ start = 1, ["end"] = 2 })');
    expect(rewritten('f({end=2;end =3,\n  end --[[why]] = 4})')).toBe('f({["end"]=2;["end"] =3,\n  ["end"] --[[why]] = 4})');
    expect(rewritten('f({ g = function() if x then end end, end = 1 })')).toBe('f({ g = function() if x then end end, ["end"] = 1 })');
  });

  it('becomes an index after a dot', () => {
    expect(rewritten('print(slot.end, slot . end.x)')).toBe('print(slot["end"], slot  ["end"].x)');
  });

  it('stays where it ends a block, compares or is no key', () => {
    for (const source of [
      'if a then b() end c = 1',
      'local t = { f = function() return 1 end }',
      'for i = 1, 2 do end\nx = 1',
      'while t[(function() return 1 end)()] == 1 do end',
      'end = 1',
      'f(end = 1)',
    ]) {
      expect(rewriteReservedEnd(source)).toEqual({ source, warnings: [] });
    }
  });

  it('stays inside strings and comments', () => {
    for (const source of [
      'local s = "{ end = 1 }"',
      "local s = '{ \\' end = 1 }'",
      'local s = [[{ end = 1 }]]',
      'local s = [==[{ ]] end = 1 }]==]',
      '-- { end = 1 }\nx = 1',
      '--[==[ { end = 1\n } ]==] x = 1',
      'local s = "a.end"',
    ]) {
      expect(rewritten(source)).toBe(source);
    }
  });

  it('keeps every line where it was and names them in the warning', () => {
    const source = 'f({\n  start = 1,\n  end = 2,\n})\nprint([[\n]], x.end)';
    const { source: result, warnings } = rewriteReservedEnd(source);
    expect(result.split('\n').length).toBe(source.split('\n').length);
    expect(warnings).toEqual([
      'Line 3: "end" is a reserved word of Lua, so "end =" was read as ["end"] =. Write ["end"] = … or end_time = … instead.',
      'Line 6: "end" is a reserved word of Lua, so ".end" was read as ["end"]. Write value["end"], or end_time where a parameter is meant.',
    ]);
  });

  it('is quick with long and broken text', () => {
    expect(rewritten(`x = "${'\\"'.repeat(50_000)} { end = 1`)).toContain('end = 1');
    expect(rewritten(`--[[${'a'.repeat(200_000)} end = 1`)).toContain('end = 1');
  });
});
