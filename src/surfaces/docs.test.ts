import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { CommandDescription } from './cli.ts';
import { createDocs } from './docs.ts';
import { outlineAnswer } from './outline.ts';
import { toCommandLine, toLua } from './samples.ts';
import { createToolNames } from './tool-names.ts';

const described = (namespace: string, name: string, more: Partial<CommandDescription> = {}): CommandDescription => ({
  tool: `${namespace}.${name}`,
  namespace,
  name,
  provider: 'cal',
  summary: `${name.replaceAll('_', ' ')}.`,
  effect: 'read',
  accounts: ['local', 'hosted'],
  aliases: {},
  example: {},
  isEveryday: false,
  schema: { type: 'object', properties: {} },
  ...more,
});

const descriptions = [
  described('cal', 'list_bookings'),
  described('cal', 'create_booking', {
    effect: 'write',
    example: { event_type_id: 2, end: 'x', responses: { name: 'Ada "L"' } },
    schema: {
      type: 'object',
      required: ['event_type_id'],
      properties: {
        event_type_id: { type: 'integer', description: 'For example 2.' },
        end: { type: 'string', description: 'When it ends | or not.' },
        responses: { type: 'object', required: ['name'], properties: { name: { type: 'string', description: 'For example "Ada".' } } },
      },
    },
  }),
  described('cal', 'get_current_user'),
  described('whereby', 'get_current_user'),
];
const docs = createDocs({ descriptions, accounts: { cal: ['default', 'work-one'] } });

describe('names of functions', () => {
  const names = createToolNames(descriptions);
  it.each([
    ['list_bookings', 'cal.list_bookings', undefined],
    ['cal_list_bookings', 'cal.list_bookings', undefined],
    ['cal.cal_list_bookings', 'cal.list_bookings', undefined],
    ['cal.list-bookings', 'cal.list_bookings', undefined],
    ['app.integrations.cal.list_bookings', 'cal.list_bookings', undefined],
    ['cal.work.list_bookings', 'cal.list_bookings', 'work'],
    ['whereby.get_current_user', 'whereby.get_current_user', undefined],
  ])('%s is %s', (name, tool, account) => {
    const found = names.find(name);
    expect([found?.description.tool, found?.account]).toEqual([tool, account]);
  });

  it('are not guessed where two have one', () => {
    expect(names.find('get_current_user')).toBeUndefined();
    expect(names.find('nothing.list_bookings')).toBeUndefined();
  });

  it('that nobody has are answered with the closest', () => {
    expect(() => names.get('list_bokings')).toThrow('There is no function "list_bokings".');
    expect(names.closest('cal.list_bokings')[0]).toBe('cal.list_bookings');
  });
});

describe('the pages', () => {
  it('are there in both spellings', () => {
    expect(docs.read('cal')).toBe(docs.read('integrations.cal'));
    expect(docs.read('cal.create_booking')).toBe(docs.read('app.integrations.cal.create_booking'));
    expect(docs.read('integrations.cal.work_one')).toContain('# app.integrations.cal.work_one');
    expect(docs.read('')).toBe(docs.list());
    expect(() => docs.read('cal.create_bokking')).toThrow('There is no page "cal.create_bokking".');
  });

  it('have real parameters and samples that can be run', () => {
    const page = docs.read('cal.create_booking');
    expect(page).toContain('| event_type_id | integer | yes | For example 2. |');
    expect(page).toContain('When it ends \\| or not.');
    expect(page).toContain('### responses');
    expect(page).toContain(
      'app.integrations.cal.create_booking({ event_type_id = 2, ["end"] = "x", responses = { name = "Ada \\"L\\"" } })',
    );
  });

  it('are found by words', () => {
    expect(docs.search('create')[0]?.tool).toBe('cal.create_booking');
    expect(docs.search('')).toEqual([]);
  });
});

describe('the outline of an answer', () => {
  it('names the fields, those of tables in them too, and what a reader may put for a name', () => {
    const person = z.object({ name: z.string().nullable(), zone: z.string().optional() });
    const output = z.object({
      total: z.number(),
      people: z.array(person),
      byDay: z.record(z.string(), z.array(person)),
      tags: z.array(z.string()),
    });
    expect(outlineAnswer({ output })).toBe(
      '{ total, people = { { name, zone }, … }, byDay = { [name] = { { name, zone }, … } }, tags = { … } }',
    );
    expect(outlineAnswer({ output: z.unknown() })).toBeUndefined();
  });

  it('of too many fields ends with a whole one', () => {
    const many = z.object(Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`field_${index}`, z.string()])));
    expect(outlineAnswer({ output: z.object({ one: many }) })).toBe('{ one = { … } }');
    expect(outlineAnswer({ output: many })).toMatch(/^\{ field_0, .* field_\d+, … \}$/);
  });
});

describe('samples', () => {
  it('are quoted as a shell takes them', () => {
    const command = { resource: 'bookings', action: 'cancel', positionals: ['booking_uid'] };
    expect(
      toCommandLine({ tool: 'cal.cancel_booking', command, example: { booking_uid: 'b 1', reason: "I'm ill", all: true, ids: [1, 2] } }),
    ).toBe("bookings cancel 'b 1' --reason 'I'\\''m ill' --all --ids 1 --ids 2");
  });

  it('are Lua whatever the text', () => {
    expect(toLua({ a: 'x\n\u0001"\\', until: [1, null, true], empty: [] })).toBe(
      '{ a = "x\\n\\001\\"\\\\", ["until"] = { 1, json.null, true }, empty = json.array() }',
    );
  });
});
