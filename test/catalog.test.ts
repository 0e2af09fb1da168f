import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { inputSchema, type JsonSchema } from '../src/surfaces/cli.ts';
import { normalizeArguments, propertiesOf, toSnakeCase } from '../src/toolkit/arguments.ts';
import { createCatalog, providerOf, toolName } from '../src/toolkit/catalog.ts';
import { countTokens, toCompactList } from '../src/toolkit/compact.ts';
import { tools } from '../src/tools/index.ts';

/** What a model pays for one definition: its name, summary and schema. */
const BUDGET = 250;
/** The few that need more, and why. */
const WIDER: Readonly<Record<string, number>> = {
  // Everything a booking can be made of, each part with its example: it saves the calls of finding out.
  'cal.create_booking': 540,
  'cal.list_bookings': 320,
  'cal.get_available_slots': 310,
  'whereby.create_room': 380,
};
const COMPACT_BUDGET = 3000;

const VERBS =
  'add api book cancel change charge check confirm create daily decline delete explain export find get list mark remove request reschedule reserve resolve set summarize transcribe update'.split(
    ' ',
  );

const named = tools.map((tool) => [toolName(tool), tool] as const);
const writes = named.filter(([, { effect }]) => effect !== 'read');

describe('every tool', () => {
  it('has a name of its own', () => {
    expect(() => createCatalog(tools)).not.toThrow();
    expect(new Set(named.map(([name]) => name)).size).toBe(tools.length);
  });

  it.each(named)('%s is named by a verb and a noun, and says in one sentence what it does', (_name, { name, namespace, summary }) => {
    expect(['cal', 'assistant', 'whereby']).toContain(namespace);
    expect(name).toMatch(/^[a-z]+(_[a-z]+)+$/);
    expect(VERBS).toContain(name.split('_')[0]);
    expect(summary).toMatch(/^[A-Z][a-z]+ [^.!?]*(\.[^ .]+[^.!?]*)*\.$/);
    expect(summary.length).toBeLessThanOrEqual(90);
    // Imperative: "Cancel a booking.", not "Cancels" or "Cancelling".
    expect(summary.split(' ')[0]).not.toMatch(/(ing|[^s]s)$/);
  });

  it.each(named)('%s says where it goes and what comes back', (_name, tool) => {
    expect(['read', 'write', 'destroy']).toContain(tool.effect);
    expect(tool.accounts.length).toBeGreaterThan(0);
    expect(['cal', 'whereby']).toContain(providerOf(tool));
    expect(tool.output).toBeInstanceOf(z.ZodType);
    expect(tool.card).toBeTypeOf('function');
  });

  it.each(named)('%s describes every argument with an example, in snake_case', (_name, { input }) => {
    for (const [path, field] of fieldsOf(inputSchema({ input }))) {
      expect(path.split('.').at(-1), path).toBe(toSnakeCase(path.split('.').at(-1) ?? ''));
      // A value in quotes, a number, a list or object; the values of an enumeration, and yes and no, stand in the schema.
      const isTold = field.enum !== undefined || field.type === 'boolean';
      if (!isTold || field.description === undefined)
        expect(field.description ?? 'nothing', path).toMatch(/"[^"]+"|\d|[[{]|\b(true|false)\b/i);
    }
  });

  it.each(named)('%s refuses arguments it does not know', (_name, { input }) => {
    const issues = input.safeParse({ no_such_argument: 1 }).error?.issues ?? [];
    expect(issues.some(({ code }) => code === 'unrecognized_keys')).toBe(true);
  });

  it.each(named)('%s costs a model little', (name, tool) => {
    const text = tool.name + tool.summary + JSON.stringify(inputSchema(tool));
    expect(countTokens(text)).toBeLessThanOrEqual(WIDER[name] ?? BUDGET);
  });

  it.each(named)('%s has aliases of arguments that there are', (_name, { input, aliases = {}, command }) => {
    const own = propertiesOf([input]);
    // Tools about one thing may share a table of names.
    const related = tools.filter((other) => other.command?.resource === command?.resource);
    const names = related.flatMap((other) => [...propertiesOf([other.input]).keys()]);
    for (const [alias, name] of Object.entries(aliases)) {
      expect(names).toContain(name);
      expect(own.has(alias), alias).toBe(false);
    }
  });

  it.each(named)('%s has an example that it takes', (_name, { input, aliases, accept, example }) => {
    if (example === undefined) throw new Error('It has no example.');
    const given = normalizeArguments(example, input, aliases);
    expect(input.safeParse(accept?.(given as Readonly<Record<string, unknown>>) ?? given).error).toBeUndefined();
    expect(Object.keys(example).filter((name) => !propertiesOf([input]).has(name))).toEqual([]);
  });

  it.each(named)('%s has a command of its arguments', (_name, { input, command }) => {
    if (command === undefined) throw new Error('It has no command.');
    const names = [...propertiesOf([input]).keys()];
    const { positionals = [], flags = {}, phrases = {}, range = [], preset } = command;
    const used = [...positionals, ...Object.values(flags), ...Object.keys(phrases), ...range, ...Object.keys(preset?.input ?? {})];
    const tops = used.flatMap((path) => path.split('|')).map((path) => path.split('.')[0] ?? '');
    expect(tops.filter((name) => !names.includes(name))).toEqual([]);
  });

  it('has a command of its own', () => {
    const places = tools.map(({ command }) => `${command?.resource} ${command?.action ?? ''}`);
    expect(places.filter((place, index) => places.indexOf(place) !== index)).toEqual([]);
  });
});

describe('every tool that changes something', () => {
  it.each(writes)('%s plans what it would do', (_name, { plan }) => {
    expect(plan).toBeTypeOf('function');
  });

  it.each(writes.filter(([, tool]) => providerOf(tool) === 'cal'))('%s can be settled after a crash', (_name, { settle }) => {
    expect(settle).toBeTypeOf('function');
  });

  it.each(writes)('%s can be undone, or says in a sentence why not', (_name, { undo }) => {
    if (undo === undefined) throw new Error('It has no undo.');
    if ('none' in undo) expect(undo.none).toMatch(/^[A-Z].*\.$/);
    else expect(undo.step).toBeTypeOf('function');
  });

  it('is not a read', () => {
    const reads = tools.filter(({ effect }) => effect === 'read');
    expect(reads.filter(({ undo, plan, settle }) => undo ?? plan ?? settle).map(toolName)).toEqual([]);
  });
});

describe('the whole catalogue', () => {
  it('is read in its compact form for less than three thousand tokens', () => {
    const list = toCompactList(tools);
    expect(list.split('\n')).toHaveLength(tools.length);
    expect(countTokens(list)).toBeLessThan(COMPACT_BUDGET);
    expect(list).toContain('cal.cancel_booking!(booking_uid,reason?,');
  });

  it('shows a model the everyday tools first, and those are few', () => {
    const everyday = tools.filter((tool) => tool.everyday === true).map(({ name }) => name);
    expect(everyday).toEqual(expect.arrayContaining(['create_booking', 'list_bookings', 'get_available_slots', 'cancel_booking']));
    expect(everyday.length).toBeLessThanOrEqual(12);
  });

  it('has every function of the documents that users know', () => {
    const names = new Set(named.map(([name]) => name));
    expect(DOCUMENTED.filter((name) => !names.has(`cal.${name}`))).toEqual([]);
  });
});

const DOCUMENTED = [
  ...['list_event_types', 'get_event_type', 'list_bookings', 'get_booking', 'create_booking', 'cancel_booking', 'reschedule_booking'],
  ...['get_current_user', 'api_get', 'api_post', 'api_patch', 'api_delete', 'get_available_slots', 'confirm_booking'],
];

/** Every argument, those within objects and lists too, by its path. */
function fieldsOf(schema: JsonSchema, path = ''): readonly (readonly [string, JsonSchema])[] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const at = path === '' ? name : `${path}.${name}`;
    // What an object is for is told by its members.
    const isTold = field.properties !== undefined && field.description === undefined;
    return [...(isTold ? [] : [[at, field] as const]), ...fieldsOf(field, at)];
  });
  const inside = [schema.items, ...(schema.anyOf ?? [])].flatMap((part) => (part === undefined ? [] : fieldsOf(part, path)));
  return [...own, ...inside];
}
