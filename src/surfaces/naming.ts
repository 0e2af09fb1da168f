import type { CommandDescription } from './cli.ts';

/** "Read" or "Write", as shown wherever a tool is. */
export function accessOf({ effect }: Pick<CommandDescription, 'effect'>): 'Read' | 'Write' {
  return effect === 'read' ? 'Read' : 'Write';
}

/** "Cancel Booking" for `cancel_booking`. */
export function toTitle(name: string): string {
  return name
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');
}

/**
 * A hint with every tool in it as a surface calls it. Hints name tools without their namespace (`list_bookings`); a full name is one that somebody
 * writes into a file, and stays.
 */
export function nameTools<Description extends Pick<CommandDescription, 'name'>>(
  hint: string,
  descriptions: readonly Description[],
  toName: (description: Description) => string | undefined,
): string {
  return hint.replace(TOOL_NAME, (word) => {
    const named = descriptions.filter(({ name }) => name === word);
    const [description] = named;
    return (description !== undefined && named.length === 1 ? toName(description) : undefined) ?? word;
  });
}

const TOOL_NAME = /(?<![\w.:"'`-])[a-z]+(?:_[a-z]+)+(?!\w|\.\w)/g;

/** `app.mcp.notes.add_note` for the tool `add-note`: as a script can write it. */
export function toLuaPath(server: string, tool: string): string {
  return ['app.mcp', ...[server, tool].map(toMember)].join('');
}

function toMember(name: string): string {
  const plain = name.replace(/[-.\s]+/g, '_');
  return /^[A-Za-z_]\w*$/.test(plain) && !RESERVED.has(plain) ? `.${plain}` : `[${JSON.stringify(plain)}]`;
}

const RESERVED = new Set(
  'and break do else elseif end false for function goto if in local nil not or repeat return then true until while'.split(' '),
);

/** "`kalends bookings list`" for the tool that is that command. */
export function toCommandName({ command, tool }: Pick<CommandDescription, 'command' | 'tool'>): string {
  const words = command === undefined ? ['integrations:call', tool] : [command.resource, command.action];
  return `\`${['kalends', ...words.filter((word) => word !== undefined)].join(' ')}\``;
}
