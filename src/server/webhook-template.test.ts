import { describe, expect, it } from 'vitest';
import { checkTemplate, renderTemplate, TemplateError } from './webhook-template.ts';

const DATA = {
  title: 'Tea "for" two',
  length: 30,
  none: null,
  no: false,
  organizer: { name: 'Ada', 'odd name': 'odd' },
  attendees: [
    { name: 'Bob', email: 'bob@example.com' },
    { name: 'Eve', email: 'eve@example.com' },
  ],
  empty: [],
};

const render = (template: string) => renderTemplate(template, DATA, { encode: (text) => text });

describe('a template', () => {
  it.each([
    ['plain', 'plain'],
    ['{{title}} {{{title}}} {{length}}', 'Tea "for" two Tea "for" two 30'],
    ['[{{none}}{{missing}}{{missing.deeper}}]{{no}}', '[]false'],
    ['{{organizer.name}} {{organizer/name}} {{organizer.[odd name]}}', 'Ada Ada odd'],
    ['{{attendees.0.name}} {{attendees.[1].email}} {{attendees.length}}', 'Bob eve@example.com 2'],
    ['{{#if attendees}}y{{else}}n{{/if}}{{#if empty}}y{{else}}n{{/if}}', 'yn'],
    ['{{#if none}}a{{else if no}}b{{else if length}}c{{else}}d{{/if}}', 'c'],
    ['{{#unless none}}y{{/unless}}', 'y'],
    ['{{#each attendees}}{{@index}}:{{name}}{{#unless @last}}, {{/unless}}{{/each}}', '0:Bob, 1:Eve'],
    ['{{#each attendees as |one place|}}{{place}}{{one.name}} of {{../organizer.name}};{{/each}}', '0Bob of Ada;1Eve of Ada;'],
    ['{{#each empty}}x{{else}}nobody{{/each}}', 'nobody'],
    ['{{#each organizer}}{{@key}}={{this}} {{/each}}', 'name=Ada odd name=odd '],
    ['{{#attendees}}{{name}} {{/attendees}}{{#organizer}}{{name}}{{/organizer}}{{^empty}} none{{/empty}}', 'Bob Eve Ada none'],
    ['{{#with organizer as |who|}}{{who.name}} {{@root.length}}{{/with}}', 'Ada 30'],
    [
      '{{lookup attendees.[0] "name"}}{{#if (lookup organizer "name")}}!{{/if}}{{lookup attendees 1}}',
      'Bob!{"name":"Eve","email":"eve@example.com"}',
    ],
    ['{{! a comment }}{{!-- another --}}a  {{~title~}}  b', 'aTea "for" twob'],
    ['\\{{title}}', '{{title}}'],
  ])('%s gives %s', async (template, text) => {
    expect(await render(template)).toBe(text);
  });

  it.each([
    '{{constructor}}',
    '{{__proto__}}',
    '{{toString}}',
    '{{title.constructor}}',
    '{{title.length}}',
    '{{attendees.map}}',
    '{{attendees.constructor.constructor}}',
    '{{organizer.__proto__.constructor}}',
    '{{organizer.hasOwnProperty}}',
    '{{lookup this "constructor"}}',
    '{{lookup (lookup this "constructor") "name"}}',
    '{{lookup attendees "__proto__"}}',
    '{{#with (lookup this "__proto__")}}{{constructor}}in{{/with}}',
    '{{#with "text" as |s|}}{{s.sub.constructor}}{{s.at}}{{/with}}',
    '{{#each this.constructor}}x{{/each}}',
    '{{@root.constructor}}{{@index.constructor}}{{@constructor}}',
    '{{../../../title}}',
  ])('%s reaches nothing', async (template) => {
    expect(await render(template)).toBe('');
  });

  it.each([
    ['{{#if}', 'cannot be read'],
    ['{{> partial}}', 'PartialStatement'],
    ['{{#*inline "x"}}text{{/inline}}', 'DecoratorBlock'],
    ['{{#if title}}{{> @partial-block}}{{/if}}', 'PartialStatement'],
    ['{{* decorator}}', 'Decorator'],
    ['{{log "secret"}}', 'no helper "log"'],
    ['{{helperMissing "x"}}', 'no helper "helperMissing"'],
    ['{{#blockHelperMissing "x"}}{{/blockHelperMissing}}', 'no block helper "blockHelperMissing"'],
    ['{{#each attendees a=1}}{{/each}}', 'Named arguments'],
    ['{{title title}}', 'no helper "title"'],
  ])('%s is refused: %s', async (template, message) => {
    await expect(render(template)).rejects.toThrow(TemplateError);
    await expect(render(template)).rejects.toThrow(message);
  });

  it('is checked without being rendered', async () => {
    await checkTemplate('{"who":"{{attendees.0.name}}"}');
    await expect(checkTemplate('{{#each a}}')).rejects.toThrow('cannot be read');
    await expect(checkTemplate('{{#if a}}{{#if b}}{{> c}}{{/if}}{{/if}}')).rejects.toThrow('PartialStatement');
  });

  it.each([
    ['many loops', `${'{{#each @root.many}}'.repeat(12)}x${'{{/each}}'.repeat(12)}`, 'steps'],
    ['long text', `{{#each @root.many}}${'x'.repeat(15_000)}{{/each}}`, 'longer'],
    [
      'long paths',
      `${'{{#each @root.many}}'.repeat(3)}{{${'a.'.repeat(40)}a}}{{lookup (lookup (lookup this 1) 1) 1}}${'{{/each}}'.repeat(3)}`,
      'steps',
    ],
    ['long values', '{{#each @root.many}}{{@root.text}}{{/each}}', 'longer'],
  ])('ends in time: %s', async (_name, template, message) => {
    const startedAt = performance.now();
    const data = { many: Array.from({ length: 40 }, (_, index) => index), text: 'y'.repeat(50_000) };
    await expect(renderTemplate(template, data, { encode: (text) => text })).rejects.toThrow(message);
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });

  it.each([
    ['open braces', '{'.repeat(20_000)],
    ['backslashes', '\\'.repeat(20_000)],
    ['opened values', '{{a '.repeat(5000)],
    ['values', '{{a}}'.repeat(4000)],
    ['blocks in blocks', `${'{{#if a}}'.repeat(1250)}${'{{/if}}'.repeat(1250)}`],
    ['long paths', `{{${'a.'.repeat(9000)}a}}`],
    ['parents', `{{${'../'.repeat(6000)}a}}`],
    ['calls in calls', `{{lookup ${'(lookup '.repeat(2000)}`],
    ['comments', '{{!--'.repeat(4000)],
    ['raw blocks', '{{{{a}}}}'.repeat(2000)],
    ['spaces', `{{a${' '.repeat(19_000)}`],
  ])('is read in time: %s', async (_name, template) => {
    const startedAt = performance.now();
    await render(template).catch((error: unknown) => expect(error).toBeInstanceOf(TemplateError));
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });
});
