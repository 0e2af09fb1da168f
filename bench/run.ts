import { benchHttp } from './http.ts';
import { benchLua } from './lua.ts';
import { benchScheduling } from './scheduling.ts';
import { benchService } from './service.ts';
import { benchStartup } from './startup.ts';
import { printTable } from './table.ts';

const parts = [
  { name: 'scheduling', heading: 'Engine alone: slots of one host', run: benchScheduling },
  { name: 'http', heading: 'Service on the embedded database, over HTTP', run: benchHttp },
  { name: 'service', heading: 'Service on both engines, over HTTP, with many connections', run: benchService },
  { name: 'lua', heading: 'Lua engine', run: benchLua },
  { name: 'startup', heading: 'Processes', run: benchStartup },
] as const;

const wanted = process.argv.slice(2);
for (const { name, heading, run } of parts) {
  if (wanted.length === 0 || wanted.includes(name)) printTable(heading, await run());
}
