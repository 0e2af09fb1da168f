/** The least a service of this stack does: a Hono application that answers the text it is started with. Prints its address. */
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';

const bytes = Number(process.argv[2] ?? 1000);
const document = { status: 'success', data: 'x'.repeat(bytes) };
const app = new Hono().get('/bare', (context) => context.json(document));
const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 });
// A server that listens on TCP has such an address.
server.once('listening', () => process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`));
