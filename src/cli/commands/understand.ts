import type { Terminal } from '../terminal.ts';
import type { Values } from './values.ts';
export async function understand(_values: Values, _terminal: Terminal, _words: readonly string[]): Promise<number> {
  return 1;
}
