import { AppError } from '../errors.ts';

/** One property of a calendar file. */
export interface Line {
  readonly name: string;
  /** In upper case, without quotes. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly value: string;
}

/** Something in the file that matters cannot be understood. */
export function broken(why: string): AppError {
  return new AppError('upstream', `The calendar cannot be read: ${why}.`);
}

/** Lines that were folded are whole again. */
export function unfold(content: string): readonly string[] {
  return content
    .replace(/^\uFEFF/, '')
    .replace(/\r?\n[ \t]/g, '')
    .split(/\r\n|\n|\r/);
}

/** `undefined` for what is no property. */
export function parseLine(line: string): Line | undefined {
  const head = /^([A-Za-z0-9-]+)((?:;[^=:;]+=(?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)*):(.*)$/s.exec(line);
  // The few programs that forget quotes around a zone's name with a colon in it mean the last one.
  const loose = head ?? /^([A-Za-z0-9-]+)((?:;[^=]+=.*)?):([^:]*)$/s.exec(line);
  if (loose === null) return undefined;
  const [, name = '', parameters = '', value = ''] = loose;
  const pairs = [...parameters.matchAll(/;([^=;]+)=("[^"]*"|[^;]*)/g)].map(
    ([, key = '', text = '']) => [key.toUpperCase(), text.replace(/^"(.*)"$/, '$1')] as const,
  );
  return { name: name.toUpperCase(), parameters: new Map(pairs), value: value.trim() };
}

export function toLineText({ name, parameters, value }: Line): string {
  const pairs = [...parameters].map(([key, text]) => `;${key}=${/[:;,]/.test(text) ? `"${text}"` : text}`);
  return `${name}${pairs.join('')}:${value}`;
}
