import { ESCAPE_SEQUENCE } from '../toolkit/plain-text.ts';

/** Where text is printed to: what it can show and how wide it is. */
export interface Look {
  readonly isColored: boolean;
  /** Frames around cards; without, text is indented. */
  readonly isFramed: boolean;
  readonly columns: number;
}

const CODES = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39], cyan: [36, 39] } as const;

export type Ink = keyof typeof CODES;

export function paint(look: Look, ink: Ink, text: string): string {
  if (!look.isColored || text === '') return text;
  const [open, close] = CODES[ink];
  return `\u001b[${open}m${text}\u001b[${close}m`;
}

/** Text of others without what a terminal would obey: control characters, escape sequences and changes of direction. */
export function clean(text: string): string {
  return (
    text
      .replace(ESCAPE_SEQUENCE, '')
      .replace(/\r\n?/g, '\n')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
      .replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, (character) => (character === '\t' ? ' ' : ''))
  );
}

let segmenter: Intl.Segmenter | undefined;

/** Made at its first use: it costs ten milliseconds, which plain ASCII need not pay. */
function graphemesOf(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return segmenter.segment(text);
}

const WIDE =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}]|\ufe0f/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes take no room
const COLOR = /\u001b\[\d+m/g;

/** How many columns a terminal gives the text. */
export function widthOf(text: string): number {
  const plain = text.replace(COLOR, '');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: plain ASCII needs no segmenting
  if (/^[\u0000-\u007f]*$/.test(plain)) return plain.length;
  let width = 0;
  for (const { segment } of graphemesOf(plain)) width += WIDE.test(segment) ? 2 : 1;
  return width;
}

/** Fills with blanks up to a width. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

/** Breaks at blanks, and within a word only where it is longer than a line. Uncoloured text only. */
export function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((paragraph) => wrapParagraph(paragraph, Math.max(8, width)));
}

function wrapParagraph(paragraph: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of paragraph.split(' ')) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line);
      line = '';
    } else if (line !== '') {
      line += ' ';
    }
    for (const { segment } of widthOf(word) > width ? graphemesOf(word) : [{ segment: word }]) {
      if (line !== '' && widthOf(line) + widthOf(segment) > width) {
        lines.push(line);
        line = '';
      }
      line += segment;
    }
  }
  lines.push(line);
  return lines;
}
