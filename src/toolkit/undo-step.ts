import { AppError } from '../errors.ts';
import { findAddresses } from './addresses.ts';
import { normalizeArguments } from './arguments.ts';
import type { JournalRecord } from './journal.ts';
import type { Tool, ToolContext, UndoStep } from './tool.ts';

/** The call that takes an entry back; throws `unsupported` where there is none, `conflict` where the world or the journal has gone on. */
export async function toUndoStep(record: JournalRecord, tool: Tool, context: ToolContext): Promise<UndoStep> {
  checkUndoable(record);
  const { undo } = tool;
  if (undo === undefined) throw cannot(record, 'There is no call that would take it back.');
  if ('none' in undo) throw cannot(record, undo.none);
  const input = tool.input.safeParse(normalizeArguments(record.input, tool.input, tool.aliases));
  const output = tool.output.safeParse(record.outcome?.output);
  if (!input.success || !output.success) throw cannot(record, 'An older version of Kalends wrote it, in another form.');
  return undo.step({ input: input.data, output: output.data, before: record.before }, context);
}

function checkUndoable(record: JournalRecord): void {
  if (record.undoneBy !== null) {
    throw new AppError('conflict', `Entry ${record.id} (${record.tool}) was taken back already, by entry ${record.undoneBy}.`, {
      hint: `To do it again, take that back: kalends undo ${record.undoneBy}.`,
      details: { undoneBy: record.undoneBy },
    });
  }
  if (record.surface === 'wire')
    throw cannot(record, 'It came on the wire, with a key, and only what Kalends did itself can be taken back.');
  switch (record.state) {
    case 'failed':
      throw cannot(record, 'It failed, so there is nothing to take back.');
    case 'intent':
    case 'unknown':
      throw cannot(record, 'Nobody knows yet whether it happened: look at the service first.');
    case 'done':
  }
}

function cannot({ id, tool }: JournalRecord, why: string): AppError {
  return new AppError('unsupported', `Entry ${id} (${tool}) cannot be undone. ${why}`, { hint: 'Nothing was changed.' });
}

/** What putting an earlier state back brings up is not new. */
export function addressesOf({ input, before, outcome }: JournalRecord): readonly string[] {
  return findAddresses([input, before, outcome?.output]).map(({ address }) => address);
}
