import { describe, expect, it } from 'vitest';
import type { Card } from '../toolkit/card.ts';
import { clean, type Look, widthOf, wrap } from './layout.ts';
import { renderCard } from './render.ts';

const terminal: Look = { isColored: false, isFramed: true, columns: 64 };
const pipe: Look = { isColored: false, isFramed: false, columns: 64 };

const booking: Card = {
  kind: 'booking',
  title: '30 Min Meeting with Ada Lovelace',
  status: { text: 'Confirmed', tone: 'good' },
  time: {
    start: '2030-01-08T13:00:00.000Z',
    end: '2030-01-08T13:30:00.000Z',
    timeZone: 'Europe/Amsterdam',
    label: 'Tue 8 Jan 2030, 14:00 – 14:30',
    otherLabel: 'Tue 8 Jan 2030, 08:00 – 08:30 (New York)',
  },
  fields: [
    { label: 'With', value: 'Ada Lovelace <ada@example.com>' },
    { label: 'Notes', value: 'Bring the notes on the engine, all of them, and the cards.' },
  ],
  note: 'Mail goes out to both.',
};

const list: Card = {
  kind: 'booking-list',
  title: '2 bookings',
  items: [
    {
      title: '山田さんと 30 Min',
      time: 'Tue 8 Jan 2030, 14:00 – 14:30',
      detail: 'ada@example.com',
      ref: 'bk1',
      status: { text: 'Confirmed', tone: 'good' },
    },
    { title: 'Short talk', time: 'Wed 9 Jan 2030, 09:00 – 09:15', ref: 'bk2' },
  ],
};

const slots: Card = {
  kind: 'slots',
  title: 'Free for 30 Min Meeting',
  days: [
    {
      date: '2030-01-11',
      label: 'Fri 11 Jan 2030',
      slots: ['09:00', '09:30', '10:00', '10:30', '11:00', '11:30', '12:00'].map((label) => ({ start: '', label })),
    },
    { date: '2030-01-14', label: 'Mon 14 Jan 2030', slots: ['16:00', '16:30', '17:00'].map((label) => ({ start: '', label })) },
  ],
};

describe('a card as text', () => {
  it('is framed on a terminal', () => {
    expect(renderCard(booking, terminal)).toMatchInlineSnapshot(`
      "╭─ 30 Min Meeting with Ada Lovelace ───────────── [Confirmed] ─╮
      │ Tue 8 Jan 2030, 14:00 – 14:30 (Amsterdam)                    │
      │ Tue 8 Jan 2030, 08:00 – 08:30 (New York)                     │
      │                                                              │
      │ With   Ada Lovelace <ada@example.com>                        │
      │ Notes  Bring the notes on the engine, all of them, and the   │
      │        cards.                                                │
      │                                                              │
      │ Mail goes out to both.                                       │
      ╰──────────────────────────────────────────────────────────────╯"
    `);
  });

  it('is plain in a pipe', () => {
    expect(renderCard(booking, pipe)).toMatchInlineSnapshot(`
      "30 Min Meeting with Ada Lovelace  [Confirmed]
        Tue 8 Jan 2030, 14:00 – 14:30 (Amsterdam)
        Tue 8 Jan 2030, 08:00 – 08:30 (New York)

        With   Ada Lovelace <ada@example.com>
        Notes  Bring the notes on the engine, all of them, and the
               cards.

        Mail goes out to both."
    `);
  });

  it('lists its items with their state at the edge', () => {
    expect(renderCard(list, terminal)).toMatchInlineSnapshot(`
      "╭─ 2 bookings ─────────────────────────────────────────────────╮
      │ 山田さんと 30 Min                                [Confirmed] │
      │   Tue 8 Jan 2030, 14:00 – 14:30                              │
      │   ada@example.com · bk1                                      │
      │                                                              │
      │ Short talk                                                   │
      │   Wed 9 Jan 2030, 09:00 – 09:15                              │
      │   bk2                                                        │
      ╰──────────────────────────────────────────────────────────────╯"
    `);
  });

  it('numbers its slots through all days when one can be chosen', () => {
    expect(renderCard(slots, { ...terminal, columns: 46 }, { isNumbered: true })).toMatchInlineSnapshot(`
      "╭─ Free for 30 Min Meeting ──────────────────╮
      │ Fri 11 Jan 2030                            │
      │    1 09:00   2 09:30   3 10:00   4 10:30   │
      │    5 11:00   6 11:30   7 12:00             │
      │                                            │
      │ Mon 14 Jan 2030                            │
      │    8 16:00   9 16:30  10 17:00             │
      ╰────────────────────────────────────────────╯"
    `);
  });

  it('keeps every line as wide as the terminal, down to thirty columns', () => {
    for (const card of [booking, list, slots]) {
      for (const columns of [30, 41, 60, 84, 200]) {
        const widths = renderCard(card, { ...terminal, columns })
          .split('\n')
          .map(widthOf);
        expect(new Set(widths)).toEqual(new Set([Math.min(columns, 84)]));
      }
    }
  });

  it('colours without changing the width', () => {
    const colored = renderCard(booking, { ...terminal, isColored: true });
    expect(colored).toContain('\u001b[32m● Confirmed\u001b[39m');
    expect(new Set(colored.split('\n').map(widthOf))).toEqual(new Set([64]));
  });

  it("does not obey what stands in other people's text", () => {
    const nasty: Card = {
      kind: 'notice',
      title: 'a\u001b[2Jb\u001b]0;owned\u0007c\rd\u202ee',
      fields: [{ label: 'x\ny', value: '\u0007\u009b31m' }],
    };
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none of these may be left
    expect(renderCard(nasty, terminal)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });
});

describe('the layout of text', () => {
  it('counts the columns of wide characters and of joined emoji', () => {
    expect([widthOf('abc'), widthOf('山田'), widthOf('👩‍👧'), widthOf('é'), widthOf('\u001b[1mx\u001b[22m')]).toEqual([3, 4, 2, 1, 1]);
  });

  it('breaks at blanks, and a word only where it has no room', () => {
    expect(wrap('one two three', 8)).toEqual(['one two', 'three']);
    expect(wrap('abcdefghijk lm', 8)).toEqual(['abcdefgh', 'ijk lm']);
    expect(wrap('one\n\ntwo', 8)).toEqual(['one', '', 'two']);
  });

  it('leaves the words of a coloured text when it cleans it', () => {
    expect(clean('\u001b[31mred\u001b[0m\tand\r\nnew')).toBe('red and\nnew');
  });

  it('breaks a label that is longer than half of a narrow terminal', () => {
    const fields = [
      { label: 'With', value: 'Ada' },
      { label: "日本語 山田太郎's time zone", value: 'UTC (assumed)' },
    ];
    const lines = renderCard({ kind: 'record', title: 'A meeting', fields }, { ...terminal, columns: 40 }).split('\n');
    expect(lines.map(widthOf)).toEqual(lines.map(() => 40));
    expect(lines.join('\n')).toContain('UTC (assumed)');
  });
});
