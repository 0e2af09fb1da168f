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
