import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FROZEN_CLOCK, makeHome, type RunningKalends, removeHome, runKalends, startKalends } from '../support/running-kalends.ts';

let home: string;
let kalends: RunningKalends;

beforeAll(async () => {
  home = makeHome();
  writeFileSync(join(home, 'config.json'), JSON.stringify({ allowYes: true }));
  kalends = await startKalends(home, { KALENDS_CLOCK: FROZEN_CLOCK });
});

afterAll(async () => {
  await kalends?.stop();
  removeHome(home);
});

function run(...args: readonly string[]) {
  const { code, stdout, stderr } = runKalends([...args, '--json'], { home });
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stderr || stdout}`);
  return JSON.parse(stdout);
}

it('rooms are made, filled, recorded and looked into from the terminal', { timeout: 120_000 }, () => {
  const made = run('rooms', 'create', '--room-name-prefix', 'standup-', '--fields', 'hostRoomUrl', '--yes');
  const name = (made.output ?? made).roomName.slice(1);
  const simulate = (act: string, ...more: readonly string[]) => run('whereby', 'simulate', act, name, ...more);
  simulate('join', '--name', 'Ada', '--role', 'host');
  simulate('lock');
  simulate('knock', '--name', 'Tim');
  simulate('admit', '--name', 'Tim');
  simulate('record');
  simulate('say', '--name', 'Tim', '--text', 'We ship on Friday.');
  simulate('record', '--stop');
  expect(simulate('show').participants.map(({ displayName, roleName }: Record<string, string>) => [displayName, roleName])).toEqual([
    ['Ada', 'host'],
    ['Tim', 'granted_visitor'],
  ]);
  simulate('end');
  expect(run('whereby', 'events', name).map(({ type }: { type: string }) => type)).toContain('recording.finished');
  const [meeting] = run('meetings', 'list', '--room-name', name).data;
  expect(run('meetings', 'get', meeting.id).participants.map(({ name: who }: { name: string }) => who)).toEqual(['Ada', 'Tim']);
  expect(run('recordings', 'list').data).toHaveLength(1);

  const lost = runKalends(['whereby', 'simulate', 'leave', name, '--name', 'Bob', '--no-json'], { home });
  expect([lost.code, lost.stderr]).toEqual([1, expect.stringContaining('"Bob" is not at')]);
  const journal = runKalends(['journal', 'list', '--json'], { home }).stdout;
  expect([journal.includes('whereby.create_room'), /roomKey=[^*"]/.test(journal)]).toEqual([true, false]);
});

it('rooms are asked for in a conversation', { timeout: 60_000 }, () => {
  const chat = (text: string) => run('chat', text, '--yes');
  expect(chat('Give me a room for an hour').text).toMatch(/^Your room is open until .+: http/);
  expect(chat('What rooms do I have?').text).toMatch(/^You have .*room/);
  expect(chat('Who came to the last call?').text).toContain('Ada');
});
