import type { ForeignSecret } from '../../owner/foreign.ts';
import { clean } from '../layout.ts';
import type { Terminal } from '../terminal.ts';
import { readKey } from './accounts.ts';
import { askServers } from './mcp-servers.ts';
import type { Values } from './values.ts';

export async function setSecret(values: Values, terminal: Terminal, [server = '', key = '', value]: readonly string[]): Promise<number> {
  const given = { ...(value === undefined ? {} : { key: value }), fromEnv: values.env, stdin: values.stdin };
  const secret = await readKey(given, terminal, `Secret "${key}" of "${server}"`);
  const kept = await askServers<ForeignSecret>(terminal, 'secrets/set', { server, key, value: secret });
  if (terminal.isJson) terminal.printJson({ success: true, ...kept });
  else terminal.print(`Kept, encrypted, for "${clean(kept.server)}" alone. Its entry refers to it as \${secret:${kept.name}}.`);
  return 0;
}

export async function listSecrets(terminal: Terminal, [server]: readonly string[]): Promise<number> {
  const { secrets } = await askServers<{ secrets: readonly ForeignSecret[] }>(terminal, 'secrets', server === undefined ? {} : { server });
  const shown = secrets.map((secret) => ({ ...secret, masked: '****' }));
  if (terminal.isJson) terminal.printJson({ success: true, secrets: shown });
  else
    terminal.print(shown.length === 0 ? 'There are no secrets.' : shown.map(({ key, masked }) => `  ${clean(key)}  ${masked}`).join('\n'));
  return 0;
}

export async function unsetSecret(terminal: Terminal, [server = '', key = '']: readonly string[]): Promise<number> {
  const gone = await askServers<ForeignSecret>(terminal, 'secrets/unset', { server, key });
  if (terminal.isJson) terminal.printJson({ success: true, ...gone });
  else terminal.print(`"${clean(gone.name)}" of "${clean(gone.server)}" is forgotten.`);
  return 0;
}
