import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasPseudoTerminal, openTerminal, type PseudoTerminal } from '../support/pseudo-terminal.ts';
import { FROZEN_CLOCK, makeHome, type RunningKalends, removeHome, runKalends, startKalends } from '../support/running-kalends.ts';

/** `kalends lua` as a person at a terminal has it. */
let home: string;
let kalends: RunningKalends;
let terminal: PseudoTerminal | undefined;

beforeAll(async () => {
  home = makeHome();
  kalends = await startKalends(home, { KALENDS_CLOCK: FROZEN_CLOCK });
});
afterEach(() => terminal?.kill());
afterAll(async () => {
  await kalends.stop();
  removeHome(home);
});

const ENTER = '\r';
const TAB = '\t';
const UP = '\u001b[A';
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const bookings = () => JSON.parse(runKalends(['bookings', 'list', '--json'], { home }).stdout).bookings;
const book = (hour: number) =>
  `app.integrations.cal.create_booking({ event_type_id = 2, start = "2030-01-08T${hour}:00:00Z", attendee = { name = "Bob", email = "bob@example.com" } })`;

describe.skipIf(!hasPseudoTerminal)('the lines of Lua', () => {
  let repl: PseudoTerminal;
  beforeEach(async () => {
    repl = openTerminal(['lua', '--repl'], { home });
    terminal = repl;
    await repl.until('> ');
  });

  const enter = (line: string) => repl.type(`${line}${ENTER}`);

  /** Only the prompt hears keys: before it, the terminal itself takes Ctrl-D for an end. */
  async function leave() {
    await repl.until('> ');
    repl.type(CTRL_D);
    expect(await repl.ended).toBe(0);
  }

  it('keep what they define, and show what they are worth', async () => {
    enter('answer = 41');
    await repl.until('> ');
    enter('answer + 1');
    await repl.until(/^42\s*$/m);
    await repl.until('> ');
    enter('#app.integrations.cal.list_event_types()');
    await repl.until(/^3\s*$/m);
    await repl.until('> ');
    enter('nothing.here');
    await repl.until('runtime:');
    await repl.until('> ');
    enter('print(answer)');
    await repl.until(/^41\s*$/m);
    await leave();
  });

  it('wait for the end of what was begun', async () => {
    enter('for number = 1, 2 do');
    await repl.until('>> ');
    enter('print(number * 100)');
    await repl.until('>> ');
    enter('end');
    await repl.until(/^100\s*200\s*$/m);
    await leave();
  });

  it('are completed, and come back from the history in the next session', async () => {
    repl.type('#app.integrations.cal.list_event_t');
    await repl.until('list_event_t');
    repl.type(TAB);
    await repl.until('ypes');
    enter('()');
    await repl.until(/^3\s*$/m);
    await repl.until('> ');
    enter('exit');
    expect(await repl.ended).toBe(0);
    const file = join(home, 'lua-history');
    expect(readFileSync(file, 'utf8').split('\n')).toContain('#app.integrations.cal.list_event_types()');
    expect(statSync(file).mode & 0o077).toBe(0);

    repl = openTerminal(['lua', '--repl'], { home });
    terminal = repl;
    await repl.until('> ');
    repl.type(UP + UP);
    await repl.until('#app.integrations.cal.list_event_types()');
    repl.type(ENTER);
    await repl.until(/^3\s*$/m);
    await leave();
  });

  it('are given up with Ctrl-C, also in the middle of something longer', async () => {
    repl.type(`broken(${CTRL_C}`);
    await repl.until('^C');
    await repl.until('> ');
    enter('1 + 1');
    await repl.until(/^2\s*$/m);
    await repl.until('> ');
    enter('function half()');
    await repl.until('>> ');
    repl.type(CTRL_C);
    await repl.until('^C');
    await repl.until('> ');
    enter('"whole"');
    await repl.until(/^whole\s*$/m);
    await leave();
  });

  it('are stopped with Ctrl-C while they run', async () => {
    enter('while true do app.integrations.cal.list_event_types() sleep(0.1) end');
    // Until the line runs, Ctrl-C gives it up; afterwards it stops it.
    const pressing = setInterval(() => repl.type(CTRL_C), 300);
    await repl.until('cancelled:').finally(() => clearInterval(pressing));
    await repl.until('All variables are gone.');
    enter('"still " .. "here"');
    await repl.until(/^still here\s*$/m);
    await leave();
  });

  it('ask before they change something', async () => {
    enter(`print(${book(10)}.status)`);
    await repl.until('Do this?');
    repl.type('y');
    await repl.until('accepted');
    await repl.until('> ');
    enter(`print(select(2, pcall(function() return ${book(11)} end)).code)`);
    await repl.until('Do this?');
    repl.type('n');
    await repl.until(/^denied\s*$/m);
    await leave();
    expect(bookings()).toHaveLength(1);
  });
});

describe.skipIf(!hasPseudoTerminal)('a script at a terminal', () => {
  it('waits while the person thinks, and goes on with the answer', async () => {
    terminal = openTerminal(['lua', '--eval', `return ${book(12)}.status`], { home });
    await terminal.until('Do this?');
    terminal.type('y');
    await terminal.until(/^accepted\s*$/m);
    expect(await terminal.ended).toBe(0);
    expect(bookings()).toHaveLength(2);
  });

  it('ends with the question open when the person leaves it so', async () => {
    terminal = openTerminal(['lua', '--eval', `return ${book(13)}.status`], { home });
    await terminal.until('Do this?');
    terminal.type(CTRL_C);
    await terminal.until('approval_pending');
    expect(await terminal.ended).toBe(3);
    expect(bookings()).toHaveLength(2);
  });
});
