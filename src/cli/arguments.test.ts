import { describe, expect, it } from 'vitest';
import { type ArgumentWords, gatherInput } from './arguments.ts';

const to: ArgumentWords = {
  schema: {
    type: 'object',
    properties: {
      booking_uid: { type: 'string' },
      id: { type: 'integer' },
      slug: { type: 'string' },
      take: { type: 'integer' },
      share: { type: 'number' },
      all: { type: 'boolean' },
      status: {
        anyOf: [
          { type: 'string', enum: ['upcoming', 'past'] },
          { type: 'array', items: { type: 'string', enum: ['upcoming', 'past'] } },
        ],
      },
      guests: { type: 'array', items: { type: 'string', format: 'email' } },
      notes: { type: 'array', items: { type: 'string' } },
      attendee: { type: 'object', properties: { name: { type: 'string' }, phone: { type: 'string' }, age: { type: 'integer' } } },
      body: { type: 'object', additionalProperties: {} },
    },
  },
  aliases: { uid: 'booking_uid' },
  positionals: ['id|slug'],
};

const read = (...words: string[]) =>
  gatherInput(words, to, {
    readFile: (path) => {
      if (path !== 'input.json') throw new Error('ENOENT');
      return '{ "take": 3 }';
    },
    readStandardInput: async () => '{ "all": true }',
  });

describe('the words of a command', () => {
  it.each([
    [['take=5'], { take: 5 }],
    [['attendee.phone=+31612345678', 'attendee.name=01234'], { attendee: { phone: '+31612345678', name: '01234' } }],
    [['attendee.name=true', 'slug=null'], { attendee: { name: 'true' }, slug: 'null' }],
    [['attendee.age=7'], { attendee: { age: 7 } }],
    [['share=0.5', 'all=true'], { share: 0.5, all: true }],
    [['status=past'], { status: 'past' }],
    [['status=past,upcoming'], { status: ['past', 'upcoming'] }],
    [['guests=a@example.com,b@example.com'], { guests: ['a@example.com', 'b@example.com'] }],
    [['notes=One, two'], { notes: ['One, two'] }],
    [['body:={"a":[1,null]}'], { body: { a: [1, null] } }],
    [['body={"a":1}'], { body: { a: 1 } }],
    [['{"take":1}', 'take=2'], { take: 2 }],
    [['@input.json'], { take: 3 }],
    [['-'], { all: true }],
    [['17'], { id: 17 }],
    [['30min'], { slug: '30min' }],
    [['0017'], { id: 17 }],
    [['uid=x=y'], { uid: 'x=y' }],
    [['booking-uid=x'], { booking_uid: 'x' }],
  ])('%j are %j', async (words, input) => {
    if (words[0] === '0017') await expect(read(...words)).rejects.toThrow('does not take "0017"');
    else expect(await read(...words)).toEqual(input);
  });

  it.each([
    [['take=many'], '"take" does not take "many"'],
    [['take=1e3'], '"take" does not take "1e3"'],
    [['take=12345678901234567890'], '"take" does not take'],
    [['all=yes'], '"all" does not take "yes"'],
    [['body:={'], '"body" is no JSON'],
    [['{"take":'], 'no JSON'],
    [['@nothing.json'], 'The file "nothing.json" cannot be read.'],
    [['@'], undefined],
    [['one', 'two'], '"two" is one word too many.'],
  ])('%j say what is wrong', async (words, message) => {
    if (message === undefined) expect(await read(...words)).toEqual({ slug: '@' });
    else await expect(read(...words)).rejects.toThrow(message);
  });
});
