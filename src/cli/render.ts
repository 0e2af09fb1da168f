import type { Card, CardDay, CardField, CardItem, CardStatus } from '../toolkit/card.ts';
import { clean, type Ink, type Look, pad, paint, widthOf, wrap } from './layout.ts';

const WIDEST_CARD = 84;
const TONES: Readonly<Record<CardStatus['tone'], Ink>> = { good: 'green', warning: 'yellow', bad: 'red', neutral: 'cyan' };

export interface RenderOptions {
  /** Numbers before the slots, counted through all days, to choose one by. */
  readonly isNumbered?: boolean;
}

/** A card as lines of text: framed on a terminal, plain where text goes into a file or a pipe. */
export function renderCard(card: Card, look: Look, { isNumbered = false }: RenderOptions = {}): string {
  const width = Math.max(30, Math.min(look.columns, WIDEST_CARD)) - (look.isFramed ? 4 : 2);
  const body = [
    when(card, look, width),
    fields(card.fields ?? [], look, width),
    ...items(card.items ?? [], look, width),
    ...days(card.days ?? [], look, width, isNumbered),
    card.note === undefined ? [] : wrap(clean(card.note), width).map((line) => paint(look, 'dim', line)),
  ].filter((block) => block.length > 0);
  const lines = body.flatMap((block, index) => (index === 0 ? block : ['', ...block]));
  return look.isFramed ? frame(card, lines, look, width) : plain(card, lines, look, width);
}

function when({ time }: Card, look: Look, width: number): string[] {
  if (time === undefined) return [];
  const label = clean(time.label);
  const zone = `(${zoneName(time.timeZone)})`;
  const fits = widthOf(label) + widthOf(zone) < width;
  const mine = fits
    ? [`${paint(look, 'bold', label)} ${paint(look, 'dim', zone)}`]
    : wrap(`${label} ${zone}`, width).map((line) => paint(look, 'bold', line));
  const other = time.otherLabel === undefined ? [] : wrap(clean(time.otherLabel), width).map((line) => paint(look, 'dim', line));
  return [...mine, ...other];
}

function fields(list: readonly CardField[], look: Look, width: number): string[] {
  const labels = list.map(({ label }) => clean(label).replaceAll('\n', ' '));
  const labelWidth = Math.min(Math.max(0, ...labels.map(widthOf)), Math.floor(width / 2));
  return list.flatMap(({ value }, index) => {
    const left = wrap(labels[index] ?? '', labelWidth);
    const right = wrap(clean(value), width - labelWidth - 2);
    return Array.from({ length: Math.max(left.length, right.length) }, (_, row) =>
      `${paint(look, 'dim', pad(left[row] ?? '', labelWidth))}  ${right[row] ?? ''}`.trimEnd(),
    );
  });
}

function items(list: readonly CardItem[], look: Look, width: number): string[][] {
  return list.map((item) => {
    const status = chip(item.status, look);
    const room = width - (status === '' ? 0 : widthOf(status) + 2);
    const [first = '', ...more] = wrap(clean(item.title), room);
    const title = [paint(look, 'bold', first), ...more.map((line) => paint(look, 'bold', line))];
    const [head = '', ...tail] = title;
    const about = [item.detail, item.ref].filter((text) => text !== undefined && text !== '').map((text) => clean(text ?? ''));
    return [
      status === '' ? head : `${pad(head, room + 2)}${status}`,
      ...tail,
      ...(item.time === undefined ? [] : wrap(clean(item.time), width - 2).map((line) => `  ${line}`)),
      ...(about.length === 0 ? [] : wrap(about.join(' · '), width - 2).map((line) => `  ${paint(look, 'dim', line)}`)),
    ];
  });
}

function days(list: readonly CardDay[], look: Look, width: number, isNumbered: boolean): string[][] {
  let count = 0;
  const largest = list.reduce((sum, day) => sum + day.slots.length, 0);
  return list.map((day) => {
    const chips = day.slots.map((slot) => {
      count += 1;
      const number = isNumbered ? `${String(count).padStart(String(largest).length)} ` : '';
      return `${paint(look, 'dim', number)}${paint(look, 'cyan', clean(slot.label))}`;
    });
    return [paint(look, 'bold', clean(day.label)), ...rows(chips, width - 2).map((row) => `  ${row}`)];
  });
}

/** Cells of equal width, as many in a row as there is room for. */
function rows(cells: readonly string[], width: number): string[] {
  const cellWidth = Math.max(0, ...cells.map(widthOf)) + 2;
  const perRow = Math.max(1, Math.floor((width + 2) / cellWidth));
  return Array.from({ length: Math.ceil(cells.length / perRow) }, (_, row) =>
    cells
      .slice(row * perRow, (row + 1) * perRow)
      .map((cell) => pad(cell, cellWidth))
      .join('')
      .trimEnd(),
  );
}

function plain(card: Card, lines: readonly string[], look: Look, width: number): string {
  const status = chip(card.status, look);
  const title = wrap(clean(card.title), width).map((line) => paint(look, 'bold', line));
  const head = status === '' ? title : [...title.slice(0, -1), `${title.at(-1) ?? ''}  ${status}`];
  return [...head, ...lines.map((line) => (line === '' ? '' : `  ${line}`))].join('\n');
}

function frame(card: Card, lines: readonly string[], look: Look, width: number): string {
  const status = chip(card.status, look);
  const [first = '', ...more] = wrap(clean(card.title), width - (status === '' ? 2 : widthOf(status) + 5));
  const bar = (text: string) => paint(look, 'dim', text);
  const ending = status === '' ? '' : ` ${status} ${bar('─')}`;
  const rule = '─'.repeat(Math.max(1, width - widthOf(first) - widthOf(ending) - 1));
  const gap = more.length > 0 && lines.length > 0 ? [''] : [];
  const content = [...more.map((line) => paint(look, 'bold', line)), ...gap, ...lines];
  return [
    `${bar('╭─')} ${paint(look, 'bold', first)} ${bar(rule)}${ending}${bar('╮')}`,
    ...content.map((line) => `${bar('│')} ${pad(line, width)} ${bar('│')}`),
    bar(`╰${'─'.repeat(width + 2)}╯`),
  ].join('\n');
}

function chip(status: CardStatus | undefined, look: Look): string {
  if (status === undefined) return '';
  const text = clean(status.text);
  return look.isColored ? paint(look, TONES[status.tone], `● ${text}`) : `[${text}]`;
}

/** "New York" for "America/New_York". */
function zoneName(timeZone: string): string {
  return clean(timeZone.split('/').at(-1) ?? timeZone).replaceAll('_', ' ');
}
