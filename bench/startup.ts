import { makeHome, removeHome, startKalends } from '../test/support/running-kalends.ts';
import { memoryOf, timeCommand, timeKalends } from './process.ts';
import { median, type Row } from './table.ts';

const RUNS = 15;

/** Second start, memory of the idle service, and the cold commands over the floor of a bare Node. */
export async function benchStartup(): Promise<readonly Row[]> {
  const home = makeHome();
  try {
    const first = await startKalends(home);
    await first.stop();
    const starts: number[] = [];
    for (let run = 0; run < 5; run++) {
      const again = await startKalends(home);
      starts.push(again.firstAnswerMs);
      await again.stop();
    }
    const running = await startKalends(home);
    await new Promise((done) => setTimeout(done, 3000));
    const memory = memoryOf(running.pid);
    const floor: number[] = [];
    const help: number[] = [];
    const list: number[] = [];
    timeKalends(['--help'], home);
    timeKalends(['bookings', 'list'], home);
    for (let run = 0; run < RUNS; run++) {
      floor.push(timeCommand(['-e', '0'], home));
      help.push(timeKalends(['--help'], home));
      list.push(timeKalends(['bookings', 'list'], home));
    }
    await running.stop();
    const bare = { bound: median(floor), boundName: 'bare node' };
    return [
      { name: 'first start (new database) to first answer', median: first.firstAnswerMs },
      { name: 'second start to first answer', median: median(starts), target: '< 1500 ms' },
      { name: '`kalends --help`', median: median(help), ...bare, target: '≤ bare node + 30 ms' },
      { name: '`kalends bookings list`, owner running', median: median(list), ...bare, target: '≤ bare node + 80 ms' },
      { name: 'memory of the idle service', median: memory, unit: 'MB' },
    ];
  } finally {
    removeHome(home);
  }
}
