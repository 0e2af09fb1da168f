import { median } from './table.ts';
import type { Cost } from './tasks/agent.ts';
import { type Played, playTasks } from './tasks/play.ts';

/** Twenty everyday tasks by single calls and by scripts: turns of the model and tokens. Nothing is timed, so the table is the same every time. */
export async function printTasks(): Promise<void> {
  const played = await playTasks();
  console.log('\n## Twenty tasks, by single calls → by one script\n');
  console.log('| task | turns | new tokens | input tokens, all turns | output tokens |');
  console.log('|---|---:|---:|---:|---:|');
  for (const { task, calls, script } of played) console.log(toRow(task.name, [calls.cost], [script.cost], total));
  const [calls, script] = [played.map((one) => one.calls.cost), played.map((one) => one.script.cost)];
  console.log(toRow('**median**', calls, script, median));
  console.log(toRow('**all twenty**', calls, script, total));
  const bare = [calls, script].map((costs) =>
    total(costs.map(({ inputTokens, turns, definitionTokens }) => inputTokens - turns * definitionTokens)),
  );
  console.log(
    `\nOf the input, the definitions of the tools are ${definitionsOf(played, 'calls')} → ${definitionsOf(played, 'script')} tokens in every turn; without them all twenty read ${bare.map((value) => value.toLocaleString('en')).join(' → ')}.`,
  );
}

function toRow(name: string, calls: readonly Cost[], script: readonly Cost[], sum: (values: readonly number[]) => number): string {
  const cells = (['turns', 'newTokens', 'inputTokens', 'outputTokens'] as const).map((column) => {
    const [one, other] = [calls, script].map((costs) => Math.round(sum(costs.map((cost) => cost[column]))).toLocaleString('en'));
    return `${one} → ${other}`;
  });
  return `| ${name} | ${cells.join(' | ')} |`;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function definitionsOf(played: readonly Played[], way: 'calls' | 'script'): string {
  return (played[0]?.[way].cost.definitionTokens ?? Number.NaN).toLocaleString('en');
}
