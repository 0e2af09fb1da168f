import { type ChangeConsumer, type JobQueue, onChange } from '../jobs/index.ts';

/** What started a run, as the script has it in `args.event`: what a webhook would get. */
export interface ScriptEvent {
  readonly triggerEvent: string;
  readonly createdAt: string;
  readonly payload: unknown;
  /** Where it happened: `local`, or the name of a hosted account. */
  readonly account: string;
}

interface Listener {
  readonly id: string;
  readonly account: string | null;
}

interface NewEvent {
  readonly event: ScriptEvent;
  /** The same news, told again, starts nothing. */
  readonly causeKey: string;
  readonly sequence?: number;
  readonly causes: readonly string[];
}

/** Kept by the store. */
export interface EventLedger<Tx> {
  listeners(userId: number, trigger: string, tx?: Tx): Promise<readonly Listener[]>;
  /** This change and those before it that the script has not looked at, in their order. */
  news(scriptId: string, changeId: string): Promise<readonly { readonly id: string; readonly sequence: number }[]>;
  /** `undefined` when it was deleted since. */
  describe(changeId: string): Promise<{ readonly event: ScriptEvent; readonly causes: readonly string[] } | undefined>;
  /** In one transaction, with the mark up to where the script has looked. */
  add(scriptId: string, events: readonly (NewEvent & { readonly skipped?: string })[], tx?: Tx): Promise<void>;
  /** Whether a run of the script did something to one of these lately; of one that is not over, it is asked again before the news starts it. */
  hasTouched(scriptId: string, uids: readonly string[], tx?: Tx): Promise<boolean>;
}

export interface ScriptEventParts<Tx> {
  readonly ledger: EventLedger<Tx>;
  readonly wake: (queue: JobQueue, scriptId: string) => Promise<void>;
  readonly choose: NonNullable<ChangeConsumer['choose']>;
}

/** What a hosted Cal.com told. */
export interface HostedNews {
  readonly userId: number;
  readonly account: string;
  /** Names the message. */
  readonly digest: string;
  readonly trigger: string;
  readonly createdAt: string;
  readonly payload: unknown;
  readonly bookingUids: readonly string[];
}

export interface ScriptEvents<Tx> {
  readonly consumer: ChangeConsumer;
  /** Queues the runs that the news starts; they begin when somebody looks at what waits. */
  tell(news: HostedNews, tx: Tx): Promise<void>;
}

/** Why news of it starts no run of a script. */
export const OWN_DOING = 'It came of this script itself, which is not started by what it did.';

/** Starts scripts by what happens: in the order it happened, each by each news once, and none by its own doing. */
export function createScriptEvents<Tx>({ ledger, wake, choose }: ScriptEventParts<Tx>): ScriptEvents<Tx> {
  const consumer = onChange(
    'scripts',
    async (change, { queue }) => {
      for (const { id, account } of await ledger.listeners(change.userId, change.trigger)) {
        if (!hears(account, 'local')) continue;
        for (let isTold = false; !isTold; ) {
          const news = await ledger.news(id, change.id);
          await ledger.add(id, (await Promise.all(news.map((one) => toEvent(one, id)))).flat());
          isTold = news.length === 0 || news.some((one) => one.id === change.id);
        }
        await wake(queue, id);
      }
    },
    { choose },
  );

  async function toEvent({ id, sequence }: { readonly id: string; readonly sequence: number }, scriptId: string) {
    const found = await ledger.describe(id);
    if (found === undefined) return [];
    const skipped = found.causes.includes(scriptId) ? { skipped: OWN_DOING } : {};
    return [{ ...found, causeKey: `change:${id}`, sequence, ...skipped }];
  }

  return {
    consumer,
    async tell({ userId, account, digest, trigger, createdAt, payload, bookingUids }, tx) {
      for (const script of await ledger.listeners(userId, trigger, tx)) {
        if (!hears(script.account, account)) continue;
        const skipped = (await ledger.hasTouched(script.id, bookingUids, tx)) ? { skipped: OWN_DOING } : {};
        const event = { triggerEvent: trigger, createdAt, payload, account };
        await ledger.add(script.id, [{ event, causeKey: `cal:${digest}`, causes: [], ...skipped }], tx);
      }
    },
  };
}

/** A script with an account of its own hears of that account only. */
function hears(own: string | null, account: string): boolean {
  return own === null || own === account;
}
