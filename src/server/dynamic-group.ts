import type { EventTypeRecord } from '../store/event-types.ts';
import type { Handle } from '../store/store.ts';
import { findUserByUsername, type UserRecord } from '../store/users.ts';
import { type Hosting, hostedBy } from './hosting.ts';
import { HttpFailure } from './http-failure.ts';

/** People asked for together, and the event type they have in common: no row stands for it. */
export interface DynamicGroup {
  readonly eventType: EventTypeRecord;
  readonly hosting: Hosting;
  /** In the order they were named. */
  readonly users: readonly UserRecord[];
}

const LENGTHS_MINUTES = [15, 30, 45, 60, 90];

/** When two or more people are free together; `usernames` as a list or "ada,grace". Each follows the schedule of their own. */
export async function findDynamicGroup(handle: Handle, usernames: string | readonly string[]): Promise<DynamicGroup> {
  const names = [...new Set([usernames].flat().flatMap((part) => part.split(/[,+]/)))]
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length < 2) throw new HttpFailure(400, `usernames must name at least two people such as "ada,grace", not "${names.join(',')}"`);
  const users: UserRecord[] = [];
  for (const name of names) {
    const user = await findUserByUsername(handle, name);
    if (user?.disabledAt !== null) throw new HttpFailure(404, `User with username ${name} not found`);
    users.push(user);
  }
  return { eventType: toEventType(users), hosting: hostedBy(users), users };
}

function toEventType(users: readonly UserRecord[]): EventTypeRecord {
  return {
    id: 0,
    userId: users[0]?.id ?? 0,
    slug: 'dynamic',
    title: 'Group Meeting',
    description: null,
    lengthMinutes: 30,
    hidden: false,
    scheduleId: null,
    teamId: null,
    schedulingType: null,
    assignAllMembers: false,
    options: { lengthInMinutesOptions: LENGTHS_MINUTES },
    createdAt: 0,
    updatedAt: 0,
  };
}
