import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { z } from 'zod';

/** The server "notes" that the examples of `kalends mcp` name. */
const server = new McpServer({ name: 'notes', version: '1.0.0' });
const notes = ['Buy tea', 'Call Ada'];

server.registerTool(
  'search',
  { description: 'Finds notes.', inputSchema: { words: z.string() }, annotations: { readOnlyHint: true } },
  async ({ words }) => ({ content: [{ type: 'text', text: notes.filter((note) => note.includes(words)).join('\n') }] }),
);
server.registerResource('readme', 'notes://readme', { mimeType: 'text/plain' }, async (uri) => ({
  contents: [{ uri: uri.href, text: 'Two notes.' }],
}));
server.registerPrompt('greet', { argsSchema: { name: z.string() } }, ({ name }) => ({
  messages: [{ role: 'user', content: { type: 'text', text: `Greet ${name}.` } }],
}));

await server.connect(new StdioServerTransport());
