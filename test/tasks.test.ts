import { beforeAll, expect, it } from 'vitest';
import { type Played, playTasks, TASKS } from '../bench/tasks/play.ts';

/** The tasks that the bench counts are really done. */
let played: readonly Played[];

beforeAll(async () => {
  played = await playTasks();
});

it('are twenty', () => {
  expect(new Set(TASKS.map(({ name }) => name)).size).toBe(20);
});

it.each(TASKS.map(({ name }, index) => ({ name, index })))('"$name" comes to the same by calls and by a script', ({ index }) => {
  const { task, calls, script } = played[index] ?? {};
  const right = { answer: task?.answer, changes: task?.changes };
  expect({ answer: calls?.answer, changes: calls?.changes }).toEqual(right);
  expect({ answer: script?.answer, changes: script?.changes }).toEqual(right);
});
