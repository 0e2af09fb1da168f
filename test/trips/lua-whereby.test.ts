import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLua } from '../../src/lua/index.ts';
import { fillSeedDocument, SEED_DOCUMENT_NOW } from '../../src/server/whereby/seed-document.fixture.ts';
import { createLuaSurface } from '../../src/surfaces/lua.ts';
import { createCatalog } from '../../src/toolkit/catalog.ts';
import { wherebyTools } from '../../src/tools/whereby/index.ts';
import { openWherebyStage, type WherebyStage } from '../whereby-stage.ts';

const DOCUMENT = resolve(import.meta.dirname, '../../../shared/reference/seeds/whereby-lua-api.txt');
const lua = createLua();
let stage: WherebyStage;

beforeAll(async () => {
  stage = await openWherebyStage({ rules: [{ verdict: 'allow' }] });
  stage.whereby.clock.now = SEED_DOCUMENT_NOW;
  await fillSeedDocument(stage.whereby.store, stage.ada.user.id);
});

afterAll(async () => {
  await lua.close();
  await stage.close();
});

async function run(source: string) {
  const parts = { catalog: createCatalog(wherebyTools), gate: stage.gate, accounts: { whereby: ['work'] } };
  const { catalogue, onCall } = createLuaSurface(parts, { principal: stage.principal, surface: 'lua' });
  return lua.run({ source, catalogue, onCall });
}

/** The first page's cursor, where the document writes a placeholder for one. */
async function cursor(): Promise<string> {
  const { result } = await run('return app.integrations.whereby.list_rooms({ limit = 10 }).meta.nextCursor');
  return String(result?.[0]);
}

describe('the blocks about Whereby', () => {
  it('list rooms and pages of them', async () => {
    const { output, error } = await run(`
      local result = app.integrations.whereby.list_rooms({})
      for _, room in ipairs(result.data) do print(room.roomName, room.meetingUrl) end
      local rest = app.integrations.whereby.list_rooms({ limit = 10, cursor = "${await cursor()}" })
      print(rest.meta.nextCursor)`);
    expect(error).toBeNull();
    expect(output).toContain('/my-meeting-room\thttp://rooms.test/rooms/my-meeting-room');
    expect(output.endsWith('nil')).toBe(true);
  });

  it('make, show and delete rooms', async () => {
    const { result, error } = await run(`
      local room = app.integrations.whereby.get_room({ room_name = "my-meeting-room" })
      local simple = app.integrations.whereby.create_room({})
      local planned = app.integrations.whereby.create_room({
        room_mode = "group", start_date = "2025-01-15T10:00:00Z", end_date = "2025-01-15T11:00:00Z", fields = {},
      })
      local gone = app.integrations.whereby.delete_room({ room_name = simple.roomName })
      return room.meetingUrl, planned.endDate, gone.deleted`);
    expect({ result, error }).toEqual({
      result: ['http://rooms.test/rooms/my-meeting-room', '2025-01-15T11:00:00.000Z', true],
      error: null,
    });
  });

  it('tell of past meetings and who was there', async () => {
    const { result } = await run(`
      local recent = app.integrations.whereby.list_meetings({ limit = 20 })
      local january = app.integrations.whereby.list_meetings({ from_date = "2025-01-01T00:00:00Z", to_date = "2025-01-31T23:59:59Z" })
      local meeting = app.integrations.whereby.get_meeting({ meeting_id = "abc123" })
      local me = app.integrations.whereby.get_current_user({})
      return recent.data[1].id, #january.data, meeting.duration, meeting.participants[2].name, me.email`);
    expect(result).toEqual(['abc123', 1, 2700, 'Grace Hopper', 'ada@example.com']);
  });

  it('name accounts', async () => {
    const { error } = await run(`
      app.integrations.whereby.list_rooms({})
      app.integrations.whereby.default.list_rooms({})
      app.integrations.whereby.work.list_rooms({})`);
    expect(error).toBeNull();
  });
});

const text = existsSync(DOCUMENT) ? readFileSync(DOCUMENT, 'utf8') : '';
/** Those between fences, and the one that stands under a heading of its own. */
const [, derived] = /^Metadata-Derived Lua Example\s+^(local [\s\S]*?\nprint\(result\))/m.exec(text) ?? [];
const blocks = [...text.matchAll(/^```lua\n([\s\S]*?)^```/gm)].map(([, code = '']) => code).concat(derived ?? []);

describe.skipIf(blocks.length === 0)('every block of the document itself (skipped where ../shared is absent)', () => {
  it('are twelve', () => {
    expect([blocks.length, derived === undefined]).toEqual([12, false]);
  });

  it.each(blocks.map((code, index) => [index + 1, code] as const))('block %i runs as it stands', async (_index, code) => {
    const { error } = await run(code.replaceAll(/next_page_cursor|example_cursor/g, await cursor()));
    expect(error).toBeNull();
  });
});
