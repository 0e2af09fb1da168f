import { propertiesOf } from './arguments.ts';
import { toolName } from './catalog.ts';
import type { Tool } from './tool.ts';

/** One tool in one line, `cal.get_booking(id) Show one booking.`, with `?` behind what may be left out and `!` behind the name of what changes something. */
export function toCompactLine(tool: Tool): string {
  const names = [...propertiesOf([tool.input])].map(([name, schemas]) => {
    const isOptional = schemas.every((schema) => schema.safeParse(undefined).success);
    return isOptional ? `${name}?` : name;
  });
  return `${toolName(tool)}${tool.effect === 'read' ? '' : '!'}(${names.join(',')}) ${tool.summary}`;
}

/** All tools, a line each: what a model reads to know which of them to look at more closely. */
export function toCompactList(tools: readonly Tool[]): string {
  return tools.map(toCompactLine).join('\n');
}

/** What a text costs a model, roughly: a token is four characters. */
export function countTokens(text: string): number {
  return Math.ceil(text.length / 4);
}
