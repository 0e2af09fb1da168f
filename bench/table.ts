/** One timing beside the bound that was measured in the same run. Milliseconds unless `unit` says otherwise. */
export interface Row {
  readonly name: string;
  readonly median: number;
  readonly unit?: 'ms' | '/s' | 'MB' | 'tokens';
  /** Milliseconds that 99 of 100 took at most. */
  readonly p99?: number;
  /** What the same work costs at the least, or what this is measured over. */
  readonly bound?: number;
  readonly boundName?: string;
  /** In words, from the goals: "≤ 0.3 ms". */
  readonly target?: string;
  readonly isMet?: boolean;
  /** Milliseconds of processor time of the process under test, for each request: unlike the rest it hardly depends on who else uses the machine. */
  readonly processorMs?: number;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = Number.NaN, high = Number.NaN] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return (low + high) / 2;
}

/** What 99 of 100 reach at most. */
export function toP99(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? Number.NaN;
}

/** Prints rows under a heading as a Markdown table. */
export function printTable(heading: string, rows: readonly Row[]): void {
  console.log(`\n## ${heading}\n`);
  const hasTail = rows.some((row) => row.p99 !== undefined);
  const hasProcessor = rows.some((row) => row.processorMs !== undefined);
  console.log(`| what | median |${hasTail ? ' p99 |' : ''}${hasProcessor ? ' processor |' : ''} bound | ratio | target |`);
  console.log(`|---|---:|${hasTail ? '---:|' : ''}${hasProcessor ? '---:|' : ''}---:|---:|---|`);
  for (const { name, median: value, unit = 'ms', p99, processorMs, bound, boundName, target, isMet } of rows) {
    const boundText = bound === undefined ? '' : `${print(bound, unit)}${boundName === undefined ? '' : ` (${boundName})`}`;
    const ratio = bound === undefined || bound === 0 ? '' : (value / bound).toFixed(2);
    const tail = hasTail ? ` ${p99 === undefined ? '' : print(p99, 'ms')} |` : '';
    const processor = hasProcessor ? ` ${processorMs === undefined ? '' : print(processorMs, 'ms')} |` : '';
    const verdict = isMet === undefined ? '' : isMet ? ': met' : ': missed';
    console.log(`| ${name} | ${print(value, unit)} |${tail}${processor} ${boundText} | ${ratio} | ${target ?? ''}${verdict} |`);
  }
}

function print(value: number, unit: NonNullable<Row['unit']>): string {
  const digits = unit === 'ms' && value < 10 ? 3 : unit === 'ms' ? 1 : 0;
  return `${value.toFixed(digits)} ${unit}`.replace(' /s', '/s');
}
