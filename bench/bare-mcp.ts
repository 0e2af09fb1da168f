// A server of the SDK with one empty tool: what a call costs at the least. `node bare-mcp.ts stdio`, or `http`, which prints its port.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';

const factory = () => {
  const server = new McpServer({ name: 'bare', version: '1.0.0' }, { capabilities: { tools: {} } });
  server.registerTool('empty', { description: 'Does nothing.' }, async () => ({ content: [{ type: 'text', text: '{}' }] }));
  return server;
};

if (process.argv[2] === 'stdio') {
  serveStdio(factory);
} else {
  const handler = createMcpHandler(factory);
  const server = createServer(getRequestListener((request) => handler.fetch(request), { overrideGlobalObjects: false }));
  // A TCP server's address is never a string.
  server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
}
