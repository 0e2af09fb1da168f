import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A calendar somewhere else, on a free port of the loopback. */
export interface FeedServer {
  readonly url: string;
  /** What it answers from now on. */
  content: string;
  status: number;
  readonly headers: Record<string, string>;
  readonly requests: IncomingHttpHeaders[];
  close(): void;
}

export async function startFeedServer(content: string): Promise<FeedServer> {
  const requests: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    requests.push(request.headers);
    response.writeHead(result.status, { 'content-type': 'text/calendar', ...result.headers });
    response.end(result.content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // It listens on a TCP port.
  const { port } = server.address() as AddressInfo;
  const result: FeedServer = {
    url: `http://127.0.0.1:${port}/calendar.ics`,
    content,
    status: 200,
    headers: {},
    requests,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
  return result;
}

/** A calendar of these events; each is the lines between its UID and its end. */
export function toCalendar(...events: readonly (readonly string[])[]): string {
  const bodies = events.flatMap((lines, index) => [
    'BEGIN:VEVENT',
    ...(lines.some((line) => line.startsWith('UID:')) ? [] : [`UID:event-${index}@elsewhere`]),
    ...lines,
    'END:VEVENT',
  ]);
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:elsewhere', 'X-WR-CALNAME:Work', ...bodies, 'END:VCALENDAR', ''].join('\r\n');
}
