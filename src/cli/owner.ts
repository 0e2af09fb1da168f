import { homeOf } from '../config.ts';
import type { OwnerClient } from '../owner/client.ts';
import { connectOwner } from '../owner/connect.ts';
import type { Terminal } from './terminal.ts';

/** The owner of this user's data directory; one is started in the background when there is none. */
export function reachOwner(terminal: Terminal): OwnerClient {
  return connectOwner({
    home: homeOf(process.env),
    startCommand: [process.execPath, ...process.execArgv, process.argv[1] ?? '', 'up', '--background'],
    onStart: () => {
      if (!terminal.isJson) terminal.say('Starting Kalends in the background …');
    },
  });
}
