import { benchHttp } from './http.ts';
import { benchLua } from './lua.ts';
import { benchMcp } from './mcp.ts';
import { benchScheduling } from './scheduling.ts';
import { benchService } from './service.ts';
import { benchStartup } from './startup.ts';
import { printTable, type Row } from './table.ts';
import { printTasks } from './tasks.ts';

const timed = (heading: string, run: () => Promise<readonly Row[]>) => async () => printTable(heading, await run());

const parts = [
  { name: 'scheduling', print: timed('Engine alone: slots of one host', benchScheduling) },
  { name: 'http', print: timed('Service on the embedded database, over HTTP', benchHttp) },
  { name: 'service', print: timed('Service on both engines, over HTTP, with many connections', benchService) },
  { name: 'lua', print: timed('Lua engine', benchLua) },
  { name: 'mcp', print: timed('Tools over MCP', benchMcp) },
  { name: 'startup', print: timed('Processes', benchStartup) },
  { name: 'tasks', print: printTasks },
] as const;

const wanted = process.argv.slice(2);
for (const { name, print } of parts) {
  if (wanted.length === 0 || wanted.includes(name)) await print();
}
