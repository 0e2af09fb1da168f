import { createWriteStream } from 'node:fs';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../../errors.ts';
import type { JournalCheck, JournalList } from '../../owner/journal.ts';
import type { CardField, CardStatus } from '../../toolkit/card.ts';
import type { JournalRecord } from '../../toolkit/journal.ts';
import { toPlainCard } from '../../toolkit/plain-text.ts';
import { writeOutput } from '../output.ts';
import { reachOwner } from '../owner.ts';
import type { Terminal } from '../terminal.ts';
import { toEntry } from './undo.ts';
import { numberOf, textOf, type Values } from './values.ts';

/** `kalends journal list` */
export async function listJournal(values: Values, terminal: Terminal): Promise<number> {
  const limit = numberOf(values, 'limit');
  const before = numberOf(values, 'before');
  const query = new URLSearchParams({
    ...(limit === undefined ? {} : { limit: String(limit) }),
    ...(before === undefined ? {} : { before: String(before) }),
  });
  const { entries } = await reachOwner(terminal).json<JournalList>(`/owner/journal?${query}`);
  if (terminal.isJson) terminal.printJson(entries);
  else if (entries.length === 0) terminal.print('Nothing was done yet.');
  else {
    const items = entries.map((entry) => ({
      title: `${entry.id}  ${entry.tool}`,
      time: toTime(entry.at),
      detail: describe(entry),
      status: statusOf(entry),
    }));
    terminal.printCard(toPlainCard({ kind: 'list', title: 'What was done', items }));
    terminal.say('See more of one with `kalends journal show ID`; take one back with `kalends undo ID`.');
  }
  return 0;
}

/** `kalends journal show ID` */
export async function showJournal(terminal: Terminal, positionals: readonly string[]): Promise<number> {
  const [wanted = ''] = positionals;
  const owner = reachOwner(terminal);
  const id = toEntry(wanted);
  const newest = id === 'last' ? (await owner.json<JournalList>('/owner/journal?limit=1')).entries[0]?.id : id;
  if (newest === undefined) throw new AppError('not_found', 'Nothing was done yet.');
  const record = await owner.json<JournalRecord>(`/owner/journal/${newest}`);
  if (terminal.isJson) terminal.printJson(record);
  else
    terminal.printCard(
      toPlainCard({ kind: 'record', title: `Entry ${record.id}: ${record.tool}`, status: statusOf(record), fields: toFields(record) }),
    );
  return 0;
}

/** `kalends journal verify [--head HASH]` */
export async function verifyJournal(values: Values, terminal: Terminal): Promise<number> {
  const head = textOf(values, 'head');
  const check = await reachOwner(terminal).json<JournalCheck>('/owner/journal/verify', {
    body: { ...(head === undefined ? {} : { head }) },
  });
  const isMissing = check.hasHead === false;
  if (terminal.isJson) terminal.printJson(check);
  else {
    for (const { message } of check.problems) terminal.print(message);
    if (isMissing) terminal.print(`No row has the hash "${head}": rows at the end were removed, or all were written anew.`);
    if (check.ok && !isMissing) terminal.print(`All ${check.rows} rows are as they were written.`);
    terminal.print(`Head: ${check.head}`);
    terminal.say('Keep the head elsewhere and give it to --head later: only so does a row missing at the end show.');
  }
  return check.ok && !isMissing ? 0 : 1;
}

/** `kalends journal export [--output FILE]`: JSON lines. */
export async function exportJournal(values: Values, terminal: Terminal): Promise<number> {
  const file = textOf(values, 'output');
  const lines = reachOwner(terminal).stream('/owner/journal/export');
  if (file === undefined) {
    for await (const text of lines) writeOutput(text);
    return 0;
  }
  // Only its owner may read what was done; a file that is there is not written over.
  await pipeline(Readable.from(lines), createWriteStream(resolve(file), { flags: 'wx', mode: 0o600 })).catch(
    (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'EEXIST') throw new AppError('conflict', `The file "${file}" is there already.`, { hint: 'Choose another name.' });
      if (cause.syscall === 'open') {
        throw new AppError('invalid_input', `The file "${file}" cannot be written (${cause.code ?? cause.message}).`, {
          cause,
          hint: 'Name a file in a folder that is there and is yours.',
        });
      }
      throw cause;
    },
  );
  terminal.say(`Saved in ${resolve(file)}.`);
  return 0;
}

function describe({ surface, undoes, undoneBy, forced, script, utterance, outcome }: JournalRecord): string {
  const parts = [
    surface === 'wire' ? 'on the wire, with a key' : surface,
    ...(undoes === null ? [] : [`undoes ${undoes}`]),
    ...(undoneBy === null ? [] : [`undone by ${undoneBy}`]),
    ...(forced ? ['forced'] : []),
    ...(script === null || surface === 'lua' ? [] : [script]),
    ...(outcome?.lookup === undefined ? [] : ['looked up after a crash']),
    ...(utterance === null ? [] : [`"${utterance.length > 60 ? `${utterance.slice(0, 60)}…` : utterance}"`]),
  ];
  return parts.join(' · ');
}

function statusOf({ state, undoneBy }: JournalRecord): CardStatus {
  if (undoneBy !== null) return { text: 'Undone', tone: 'neutral' };
  switch (state) {
    case 'done':
      return { text: 'Done', tone: 'good' };
    case 'failed':
      return { text: 'Failed', tone: 'bad' };
    case 'intent':
      return { text: 'Not known yet', tone: 'warning' };
    case 'unknown':
      return { text: 'Nobody knows', tone: 'warning' };
  }
}

function toFields(record: JournalRecord): readonly CardField[] {
  const { at, surface, account, effect, verdict, forced, approvalId, utterance, script, undoes, undoneBy, input, before, outcome, hash } =
    record;
  const field = (label: string, value: unknown): readonly CardField[] =>
    value === null || value === undefined ? [] : [{ label, value: typeof value === 'string' ? value : JSON.stringify(value) }];
  return [
    ...field('When', toTime(at)),
    ...field('By way of', surface),
    ...field('Said', utterance),
    ...field('Script', script),
    ...field('Account', account),
    ...field('Effect', effect),
    ...field('Policy', forced ? `${verdict}, and it was forced` : verdict),
    ...field('Approval', approvalId),
    ...field('Undoes', undoes),
    ...field('Undone by', undoneBy),
    ...field('Input', input),
    ...field('Before', before),
    ...field('After', outcome?.output),
    ...field('Error', outcome?.error?.message),
    ...(outcome?.lookup === undefined
      ? field('Took', outcome === null ? null : `${outcome.durationMs} ms`)
      : field('Looked up', `${toTime(outcome.lookup.at)}: Kalends was stopped while it ran. ${outcome.lookup.how}`)),
    ...field('Hash', hash),
  ];
}

/** The journal keeps the process's clock, so the system's zone is the reader's. */
function toTime(at: string): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'long' }).format(new Date(at));
}
