import { describe, expect, it } from 'vitest';
import { rowsOf, toCsv, toJsonLines, toTable } from './format.ts';

const look = { isColored: false, isFramed: false, columns: 60 };
const output = {
  bookings: [
    {
      id: 1,
      uid: 'a',
      title: 'Tea, "hot"',
      attendees: [{ name: 'Ada' }],
      eventType: { slug: 'tea' },
      guests: ['x@example.com', 'y@example.com'],
    },
    { id: 2, uid: 'b', title: '=HYPERLINK("http://evil.example")', attendees: [], eventType: { slug: 'tea' }, guests: [] },
  ],
  pagination: { totalItems: 2 },
};

describe('a result', () => {
  it('has the rows of its list, of its days, or is one row', () => {
    expect(rowsOf(output)).toHaveLength(2);
    expect(rowsOf({ timeZone: 'UTC', slots: { '2030-01-08': [{ start: 'x' }], '2030-01-09': [] } })).toEqual([
      { date: '2030-01-08', start: 'x' },
    ]);
    expect(rowsOf({ accounts: [{ name: 'a' }], notices: [] })).toEqual([{ name: 'a' }]);
    expect(rowsOf({ success: true, providers: { cal: { functions: 5 } } })).toEqual([{ name: 'cal', functions: 5 }]);
    expect(rowsOf({ id: 1 })).toEqual([{ id: 1 }]);
    expect(rowsOf([1, 'b'])).toEqual([{ value: 1 }, { value: 'b' }]);
    expect(rowsOf(null)).toEqual([]);
  });

  it('is one object a line', () => {
    expect(toJsonLines([{ a: 1 }, { a: 'x\ny' }])).toBe('{"a":1}\n{"a":"x\\ny"}\n');
  });

  it('is values with commas between them, which no spreadsheet runs', () => {
    expect(toCsv(output)).toBe(
      [
        'id,uid,title,attendees,eventType.slug,guests',
        '1,a,"Tea, ""hot""","[{""name"":""Ada""}]",tea,x@example.com; y@example.com',
        '2,b,"\'=HYPERLINK(""http://evil.example"")",,tea,',
        '',
      ].join('\r\n'),
    );
    expect(toCsv([{ phone: '+31612345678', minus: -5, at: '@SUM(1)' }])).toBe("phone,minus,at\r\n+31612345678,-5,'@SUM(1)\r\n");
    expect(toCsv([])).toBe('');
  });

  it('is a table of the columns that fit, without what a terminal would obey', () => {
    expect(toTable([{ id: 1, title: 'A\u001b[31mred\u202e', long: 'x'.repeat(80) }], look)).toBe(
      'id  title\n1   Ared\n'.replace('title', 'title  long').replace('Ared', `Ared   ${'x'.repeat(39)}…`),
    );
    expect(toTable([], look)).toBe('Nothing here.\n');
  });

  it('is a table with the beginning of a title rather than none', () => {
    const [booking] = [
      { uid: 'fQYq7cX2A5HmkXLqg7im9P', start: '2030-01-08T14:00', end: '2030-01-08T14:30', title: '山田さんと日本語の長い会議' },
    ];
    const lines = toTable([booking], look).split('\n');
    expect(lines).toEqual([
      'uid                     start             title',
      'fQYq7cX2A5HmkXLqg7im9P  2030-01-08T14:00  山田さんと日本語…',
      '',
    ]);
  });

  it('has what a row is called before what it is about, however narrow', () => {
    const rows = [{ name: 'cal.cancel_booking', access: 'Write', title: 'Cancel a booking, with a reason if there is one.', empty: null }];
    expect(toTable(rows, { ...look, columns: 40 })).toBe(
      ['name                title', 'cal.cancel_booking  Cancel a booking, w…', ''].join('\n'),
    );
  });
});
