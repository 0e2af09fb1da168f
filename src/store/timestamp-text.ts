/**
 * Epoch milliseconds of a `timestamptz` as PostgreSQL writes it: "2030-01-07 08:00:00+00" by itself, "2030-01-07T08:00:00+00:00" within JSON,
 * with a fraction or another offset where there is one. Read by hand because `Date.parse` is slower and a diary has thousands of these.
 */
export function parseTimestampText(text: string): number {
  if ((text.length === 22 && text.endsWith('+00')) || (text.length === 25 && text.endsWith('+00:00'))) {
    return Date.UTC(
      digits(text, 0, 4),
      digits(text, 5, 2) - 1,
      digits(text, 8, 2),
      digits(text, 11, 2),
      digits(text, 14, 2),
      digits(text, 17, 2),
    );
  }
  const [, date, time, offset = ''] = /^([\d-]+)[ T]([\d:.]+)([+-][\d:]+)$/.exec(text) ?? [];
  // PostgreSQL shortens the offset to hours, ISO 8601 readers want minutes too.
  const ms = Date.parse(`${date}T${time}${offset.length === 3 ? `${offset}:00` : offset}`);
  if (Number.isNaN(ms)) {
    throw new RangeError(`The database sent "${text}" where an instant was expected.`);
  }
  return ms;
}

const ZERO = 48;

function digits(text: string, index: number, count: number): number {
  let value = 0;
  for (let position = index; position < index + count; position++) {
    value = value * 10 + text.charCodeAt(position) - ZERO;
  }
  return value;
}
