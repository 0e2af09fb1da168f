// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
const INVISIBLE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** Text of others without control characters and changes of direction; lines stay. */
export function toCleanText(text: string, maximumLength = 2000): string {
  const clean = text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(INVISIBLE, (sign) => (sign === '\t' || sign === '\u2028' || sign === '\u2029' ? ' ' : ''))
    .trim();
  return clean.length > maximumLength ? `${clean.slice(0, maximumLength - 1).toWellFormed()}…` : clean;
}

/** The same on one line: what stands in a header has no line ends. */
export function toOneLine(text: string, maximumLength = 160): string {
  return toCleanText(text.replace(/[\r\n\u2028\u2029]+/g, ' ').replace(/\s+/g, ' '), maximumLength);
}

const ADDRESS = /\b(?:[a-z][a-z0-9+.-]*:\/\/|www\.)\S+|\b[\w.-]+@[\w.-]+|\b(?:[\p{L}\p{N}-]+\.)+\p{L}{2,}(?:[/:?#]\S*)?/giu;

/** Words of somebody nobody knows, for a mailbox that may be a stranger's: short, and nothing in them leads anywhere. */
export function withoutAddresses(text: string, maximumLength = 80): string {
  return toOneLine(text.replace(ADDRESS, '…'), maximumLength);
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
