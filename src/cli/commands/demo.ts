import type { DemonstrationReport } from '../../owner/administration.ts';
import { reachOwner } from '../owner.ts';
import type { Terminal } from '../terminal.ts';

/** `kalends demo`: the examples of all commands run afterwards. */
export async function demonstrate(terminal: Terminal): Promise<number> {
  const report = await reachOwner(terminal).json<DemonstrationReport>('/owner/demonstration', { body: {} });
  if (terminal.isJson) {
    terminal.printJson(report);
    return 0;
  }
  terminal.print(
    `Made ${report.bookings} bookings, ${report.rooms} rooms, the user "${report.username}" and more, for you to try things on.`,
  );
  terminal.say('The example in the --help of every command names them: kalends bookings get --help');
  return 0;
}
