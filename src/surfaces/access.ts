import type { CommandDescription } from './cli.ts';

/** "Read" or "Write", as shown wherever a tool is. */
export function accessOf({ effect }: Pick<CommandDescription, 'effect'>): 'Read' | 'Write' {
  return effect === 'read' ? 'Read' : 'Write';
}
