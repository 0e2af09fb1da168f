import { type Cost, openPlayer } from './agent.ts';
import { changing } from './changing.ts';
import { looking } from './looking.ts';
import { clockOf, type Meeting, meetingsOf, type Task } from './task.ts';
import { openWorld, type World } from './world.ts';

export const TASKS: readonly Task[] = [...looking, ...changing];

/** A task done in both ways, each in a world of its own. */
export interface Played {
  readonly task: Task;
  readonly calls: Way;
  readonly script: Way;
}

export interface Way {
  readonly answer: unknown;
  readonly cost: Cost;
  /** What became of the calendar. */
  readonly changes: readonly string[];
}

/** All tasks in their order. */
export async function playTasks(): Promise<readonly Played[]> {
  const [one, other] = [await openWorld(), await openWorld()];
  try {
    const played: Played[] = [];
    for (const task of TASKS) {
      const calls = await watch(one, () => playCalls(one, task));
      const script = await watch(other, () => playScript(other, task));
      played.push({ task, calls, script });
    }
    return played;
  } finally {
    await one.close();
    await other.close();
  }
}

async function playCalls(world: World, { sentence, calls }: Task): Promise<Omit<Way, 'changes'>> {
  const player = openPlayer(world, sentence, 'calls');
  const answer = await calls(player);
  return { answer, cost: player.say(answer) };
}

/** What the script will call is looked up first, all in one turn. */
async function playScript(world: World, { sentence, search, needsLuaPage = false, script }: Task): Promise<Omit<Way, 'changes'>> {
  const player = openPlayer(world, sentence, 'script');
  const page = needsLuaPage ? [['lua_read_doc', { page: 'lua' }] as const] : [];
  await player.turn(...search.map((query) => ['lua_search_docs', { query, limit: 2 }] as const), ...page);
  const [report] = await player.turn(['execute_lua', { code: script.trim() }]);
  const { success, result, error } = report as { success: boolean; result?: readonly unknown[]; error?: unknown }; // of toLuaToolReport
  if (!success) throw new Error(`${sentence}\n${JSON.stringify(error)}`);
  const answer = result?.[0];
  return { answer, cost: player.say(answer) };
}

/** Plays a task and looks at what became of the calendar. */
async function watch(world: World, play: () => Promise<Omit<Way, 'changes'>>): Promise<Way> {
  const before = await stateOf(world);
  const way = await play();
  return { ...way, changes: changesOf(before, await stateOf(world)) };
}

/** What stands in the calendar, a line for each thing. */
async function stateOf({ done }: World): Promise<readonly string[]> {
  const types = (await done('cal.list_event_types')) as readonly { readonly id: number; readonly slug: string }[];
  const bookings = await done('cal.list_bookings', { status: ['upcoming', 'past', 'cancelled', 'unconfirmed'], all: true });
  const schedules = (await done('cal.list_schedules')) as readonly { readonly availability: unknown }[];
  const away = (await done('cal.list_out_of_office')) as readonly { readonly start: string; readonly end: string }[];
  const lines = [
    ...meetingsOf(bookings).map(toLine),
    ...schedules.map(({ availability }) => `hours ${JSON.stringify(availability)}`),
    ...away.map(({ start, end }) => `away ${start.slice(0, 10)} to ${end.slice(0, 10)}`),
  ];
  for (const { id, slug } of types) {
    const links = (await done('cal.list_private_links', { event_type_id: id })) as readonly { readonly maxUsageCount: number }[];
    lines.push(`event type ${slug}`, ...links.map(({ maxUsageCount }) => `link to ${slug} for ${maxUsageCount}`));
  }
  return lines.toSorted();
}

const USUAL_PLACE = 'integrations:daily';

function toLine({ start, duration, status, attendees, location, cancellationReason }: Meeting): string {
  const people = attendees.map(({ name, email, absent }) => `${name || email}${absent ? ' (absent)' : ''}`);
  const more = [location === USUAL_PLACE ? undefined : location, cancellationReason].filter((text) => text !== undefined && text !== null);
  return [`${start.slice(0, 10)} ${clockOf(start)}, ${duration} min, ${people.join(' and ')}, ${status}`, ...more].join(', ');
}

/** What became of the calendar: what is there no more, and what is new. */
function changesOf(before: readonly string[], after: readonly string[]): readonly string[] {
  const count = (lines: readonly string[], wanted: string) => lines.filter((line) => line === wanted).length;
  const all = [...new Set([...before, ...after])].toSorted();
  return all.flatMap((line) => {
    const more = count(after, line) - count(before, line);
    return more === 0 ? [] : [`${more > 0 ? '+' : '-'} ${line}`];
  });
}
