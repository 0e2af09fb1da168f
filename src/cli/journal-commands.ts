import type { Command } from 'commander';
import { addDetails, asList, asWrite, does, group, leaf, type Report, wholeNumber, withZone } from './command.ts';

/** `kalends approvals`, `journal` and `undo`: what waits, what was done, and taking it back. */
export function addJournal(program: Command, report: Report): void {
  group(program, 'approvals', 'Answer what waits for your approval.', (approvals) => fillApprovals(approvals, report));
  group(program, 'journal', 'See and check what was done.', (journal) => fillJournal(journal, report));
  const summary = 'Take back what was done, if the world is still as it was left.';
  const command = asWrite(leaf(program, 'undo [entry]', { summary, example: 'undo last --dry-run' })).option(
    '--force',
    'Override the policy; obeyed only if your config.json says "allowForce": true.',
  );
  does(withZone(command), report, async (values, terminal, words) => (await import('./commands/undo.ts')).undo(values, terminal, words));
}

function fillApprovals(approvals: Command, report: Report): void {
  const load = () => import('./commands/approvals.ts');
  does(
    asList(leaf(approvals, 'list', { summary: 'List what waits for your approval.', example: 'approvals list' })),
    report,
    async (_values, terminal) => (await load()).listApprovals(terminal),
  );
  const lookUp = async () => (await load()).openApprovalIds();
  const show = leaf(approvals, 'show <id>', {
    summary: 'Show one with everything that is known about it.',
    example: 'approvals show last',
  });
  addDetails(show, { lookUp });
  does(show, report, async (_values, terminal, positionals) => (await load()).showApproval(terminal, positionals));
  for (const [name, summary] of [
    ['approve', 'Do what was asked for, exactly as it was shown.'],
    ['deny', 'Refuse it; nothing is changed.'],
  ] as const) {
    const command = leaf(approvals, `${name} <id>`, { summary, example: `approvals ${name} last` });
    addDetails(command, { lookUp });
    does(command, report, async (_values, terminal, positionals) => (await load()).answer(name === 'approve', terminal, positionals));
  }
}

function fillJournal(journal: Command, report: Report): void {
  const load = () => import('./commands/journal.ts');
  does(
    asList(leaf(journal, 'list', { summary: 'List what was done, the newest first.', example: 'journal list --limit 5' }))
      .option('--limit <count>', 'How many at most; 20 by default.', wholeNumber)
      .option('--before <entry>', 'Only entries before this one.', wholeNumber),
    report,
    async (values, terminal) => (await load()).listJournal(values, terminal),
  );
  does(
    leaf(journal, 'show <entry>', { summary: 'Show one entry: who, what, before and after.', example: 'journal show last' }),
    report,
    async (_values, terminal, positionals) => (await load()).showJournal(terminal, positionals),
  );
  does(
    leaf(journal, 'verify', { summary: 'Find rows that were altered, removed, inserted or moved.', example: 'journal verify' }).option(
      '--head <hash>',
      'A head that an earlier verification told; says whether it is still in the chain.',
    ),
    report,
    async (values, terminal) => (await load()).verifyJournal(values, terminal),
  );
  does(
    leaf(journal, 'export', { summary: 'Print every row as a line of JSON.', example: 'journal export --output journal.jsonl' }).option(
      '--output <file>',
      'Write to this file instead.',
    ),
    report,
    async (values, terminal) => (await load()).exportJournal(values, terminal),
  );
}
