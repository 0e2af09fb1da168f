import { describe, expect, it } from 'vitest';
import { toPlainCard, withoutHiddenText } from './plain-text.ts';

describe('text without what nobody sees', () => {
  it('has no controls, changes of direction, tags and blanks without width', () => {
    const hidden = 'Lunch\u{E0049}\u{E0047}\u202E\u0007 at\u200B \u{E0101}noon\uFEFF\n';
    expect(withoutHiddenText({ [hidden]: [hidden, 7, null] })).toEqual({ 'Lunch at noon\n': ['Lunch at noon\n', 7, null] });
  });

  it('has no escape sequences, not even what would be left of them', () => {
    expect(withoutHiddenText('Mal\u001b[31mlory\u001b]0;pwned\u0007!')).toBe('Mallory!');
  });

  it('keeps joiners, which scripts and emoji need', () => {
    for (const text of ['می‌خواهم', '👩‍💻', 'क्‍ष']) expect(withoutHiddenText(text)).toBe(text);
  });
});

describe('a card with names that others chose', () => {
  it('shows an address in the order it is written', () => {
    const card = { kind: 'booking', title: 'Lunch', fields: [{ label: 'With', value: 'Mal\u202E (mal@example.com)' }] } as const;
    expect(toPlainCard(card).fields).toEqual([{ label: 'With', value: 'Mal (mal@example.com)' }]);
  });

  it('has one line where one line is meant, and keeps the lines of a note', () => {
    const card = {
      kind: 'booking',
      title: 'Lunch\r\nWith  Ada (ada@example.com)',
      items: [{ title: 'a\u2028b', detail: 'c\nd' }],
      fields: [{ label: 'Notes', value: 'one\ntwo' }],
    } as const;
    expect(toPlainCard(card)).toEqual({
      kind: 'booking',
      title: 'Lunch With Ada (ada@example.com)',
      items: [{ title: 'a b', detail: 'c d' }],
      fields: [{ label: 'Notes', value: 'one\ntwo' }],
    });
  });
});
