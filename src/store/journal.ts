import { sql } from 'kysely';
import type {
  Begun,
  CountLimit,
  JournalEntry,
  JournalOutcome,
  JournalRecord,
  JournalRow,
  JournalStore,
  ScriptRunEntry,
  WireWrite,
} from '../toolkit/journal.ts';
import { chainHash, FIRST_HASH, verifyChain } from './journal-chain.ts';
import { lockJournal } from './locks.ts';
import { runTransaction } from './run-transaction.ts';
import { toJsonText } from './sql-values.ts';
import type { Handle, Transaction } from './store.ts';

export function createJournalStore(db: Handle): JournalStore {
  return {
    begin<Limit extends CountLimit>(entry: JournalEntry, limits: readonly Limit[] = []) {
      return runTransaction(db, async (tx): Promise<Begun<Limit>> => {
        const last = await lockEnd(tx);
        const limit = await firstReached(tx, entry.userId, limits);
        if (limit !== undefined) return { began: false, limit };
        const undoneBy = entry.undoes === null ? undefined : await findUndo(tx, entry.undoes);
        if (undoneBy !== undefined) return { began: false, undoneBy };
        const id = last.sequence + 1;
        await append(tx, last, [{ userId: entry.userId, content: { kind: 'intent', entry: id, at: nowText(), ...entry } }]);
        return { began: true, id };
      });
    },

    finish(id, outcome) {
      return runTransaction(db, async (tx) => {
        const last = await lockEnd(tx);
        const { rows } = await sql<{ user_id: number; ended: boolean }>`
          select user_id, exists (select from journal_rows o where o.kind = 'outcome' and o.entry = ${id}) as ended
          from journal_rows where sequence = ${id}`.execute(tx);
        const [intent] = rows;
        if (intent === undefined) throw new Error(`The journal has no entry ${id}.`);
        if (intent.ended) return false;
        await append(tx, last, [{ userId: intent.user_id, content: { kind: 'outcome', entry: id, at: nowText(), ...outcome } }]);
        return true;
      });
    },

    reached: (userId, limits) => firstReached(db, userId, limits),

    async get(userId, id) {
      const rows = await selectRecords(db).where('i.user_id', '=', userId).where('i.sequence', '=', id).execute();
      return rows.map(toRecord)[0];
    },

    async lastUndoable(userId) {
      const rows = await selectRecords(db)
        .where('i.user_id', '=', userId)
        .where('i.kind', '=', 'intent')
        .where(sql<boolean>`o.body::jsonb ->> 'state' = 'done' and (i.body::jsonb -> 'isUndo') = 'false'::jsonb`)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('journal_rows as u')
                .innerJoin('journal_rows as uo', (join) => join.onRef('uo.entry', '=', 'u.sequence').on('uo.kind', '=', 'outcome'))
                .select('u.sequence')
                .whereRef('u.undoes', '=', 'i.sequence')
                .where(sql<boolean>`uo.body::jsonb ->> 'state' = 'done'`),
            ),
          ),
        )
        .orderBy('i.sequence', 'desc')
        .limit(1)
        .execute();
      return rows.map(toRecord)[0];
    },

    async list(userId, { limit, before }) {
      const rows = await selectRecords(db)
        .where('i.user_id', '=', userId)
        .where('i.kind', '<>', 'outcome')
        .$if(before !== undefined, (query) => query.where('i.sequence', '<', before ?? 0))
        .orderBy('i.sequence', 'desc')
        .limit(limit)
        .execute();
      return rows.map(toRecord);
    },

    async unfinished(before = Date.now() + 1) {
      const rows = await selectRecords(db)
        .where('i.kind', '=', 'intent')
        .where('o.sequence', 'is', null)
        .where('i.at', '<', new Date(before).toISOString())
        .orderBy('i.sequence')
        .execute();
      return rows.map(toRecord);
    },

    async knows(userId, addresses) {
      const known = new Set<string>();
      for (const address of addresses) {
        const { rows } = await sql`
          select from journal_rows i join journal_rows o on o.kind = 'outcome' and o.entry = i.sequence
          where i.kind = 'intent' and i.user_id = ${userId} and jsonb_exists(i.body::jsonb -> 'addresses', ${address})
            and o.body::jsonb ->> 'state' = 'done'
          limit 1`.execute(db);
        if (rows.length > 0) known.add(address);
      }
      return known;
    },

    async findCall(userId, callId) {
      const rows = await selectRecords(db)
        .where('i.user_id', '=', userId)
        .where('i.kind', '=', 'intent')
        .where(sql<boolean>`i.body::jsonb ->> 'callId' = ${callId}`)
        .orderBy('i.sequence', 'desc')
        .limit(1)
        .execute();
      return rows.map(toRecord)[0];
    },

    addWire(writes) {
      return runTransaction(db, async (tx) => append(tx, await lockEnd(tx), writes.map(toWireRow)));
    },

    rows: () => readRows(db),

    verify: () => verifyChain(readRows(db)),
  };
}

/** Adds a run of a script, in the transaction that ends it; tells the number of its row. */
export async function appendScriptRun(
  tx: Transaction,
  { userId, at, script, account, input, ...outcome }: ScriptRunEntry,
): Promise<number> {
  const end = await lockEnd(tx);
  const facts = { surface: 'automation', tool: 'scripts.run', account, effect: 'write', callId: script, script };
  const content = { kind: 'run', at: new Date(at).toISOString(), ...facts, input, outcome };
  await append(tx, end, [{ userId, content }]);
  return end.sequence + 1;
}

function nowText(): string {
  // The journal keeps the process clock, whatever the domain clock shows.
  return new Date().toISOString();
}

interface End {
  readonly sequence: number;
  readonly hash: string;
}

/** The newest row, and nobody adds another until the transaction ends. */
async function lockEnd(tx: Transaction): Promise<End> {
  await lockJournal(tx);
  const last = await tx.selectFrom('journal_rows').select(['sequence', 'hash']).orderBy('sequence', 'desc').limit(1).executeTakeFirst();
  return last ?? { sequence: 0, hash: FIRST_HASH };
}

interface NewRow {
  readonly userId: number;
  readonly content: Readonly<Record<string, unknown>>;
}

/** `entry` of rows that stand alone is their own number. */
async function append(tx: Transaction, end: End, rows: readonly NewRow[]): Promise<void> {
  let { sequence, hash } = end;
  const values = rows.map(({ userId, content }) => {
    const previous = hash;
    sequence += 1;
    const body = toJsonText({ id: sequence, entry: sequence, userId, ...content });
    hash = chainHash(previous, body);
    return { sequence, user_id: userId, previous_hash: previous, hash, body };
  });
  if (values.length > 0) await tx.insertInto('journal_rows').values(values).execute();
}

function toWireRow({ userId, at, operation, effect, requestId }: WireWrite): NewRow {
  const content = {
    kind: 'wire',
    at: new Date(at).toISOString(),
    surface: 'wire',
    tool: operation,
    account: 'local',
    effect,
    callId: requestId,
  };
  return { userId, content };
}

/** Rows that may still stand for a change: those that are known to have failed are not counted. */
async function firstReached<Limit extends CountLimit>(db: Handle, userId: number, limits: readonly Limit[]): Promise<Limit | undefined> {
  for (const limit of limits) {
    const { within } = limit;
    const rows = await selectRecords(db)
      .where('i.user_id', '=', userId)
      .where('i.kind', '=', 'intent')
      .$if('turnId' in within, (query) => query.where('i.turn', '=', 'turnId' in within ? within.turnId : ''))
      .$if('since' in within, (query) => query.where('i.at', '>', new Date('since' in within ? within.since : 0).toISOString()))
      .execute();
    const counted = rows.map(toRecord).filter((record) => record.state !== 'failed' && limit.counts(record));
    if (counted.length >= limit.count) return limit;
  }
  return undefined;
}

/** The entry that takes this one back, unless it failed. */
async function findUndo(tx: Transaction, id: number): Promise<number | undefined> {
  const rows = await selectRecords(tx).where('i.undoes', '=', id).where('i.kind', '=', 'intent').execute();
  return rows.map(toRecord).find(({ state }) => state !== 'failed')?.id;
}

/** Intents and what came on the wire as `i`, their outcomes as `o`. */
function selectRecords(db: Handle) {
  return db
    .selectFrom('journal_rows as i')
    .leftJoin('journal_rows as o', (join) => join.onRef('o.entry', '=', 'i.sequence').on('o.kind', '=', 'outcome'))
    .select(['i.sequence', 'i.user_id', 'i.hash', 'i.previous_hash', 'i.body', 'o.body as outcome'])
    .select(
      sql<number | null>`(select u.sequence from journal_rows u join journal_rows uo on uo.kind = 'outcome' and uo.entry = u.sequence
        where u.undoes = i.sequence and uo.body::jsonb ->> 'state' = 'done' limit 1)`.as('undone_by'),
    );
}

interface RecordRow {
  readonly sequence: number;
  readonly user_id: number;
  readonly hash: string;
  readonly previous_hash: string;
  readonly body: string;
  readonly outcome: string | null;
  readonly undone_by: number | null;
}

type RowBody = JournalEntry & {
  readonly id: number;
  readonly entry: number;
  readonly kind: string;
  readonly at: string;
  /** Of a run of a script: it is written when it has ended. */
  readonly outcome?: JournalOutcome;
};

/** What a row on the wire has none of. */
const NO_GATE = {
  verdict: 'allow',
  approvalId: null,
  conversationId: null,
  turnId: null,
  utterance: null,
  script: null,
  forced: false,
  undoes: null,
  isUndo: false,
  addresses: [],
  input: null,
  before: null,
} as const;

const WIRE_OUTCOME: JournalOutcome = { state: 'done', output: null, error: null, durationMs: 0 };

function toRecord({ sequence, user_id, hash, previous_hash, body, outcome: ended, undone_by }: RecordRow): JournalRecord {
  // Both bodies are what `begin`, `addWire` and `finish` were given, and nothing else writes them.
  const { id, entry, kind, outcome: own, ...content } = JSON.parse(body) as RowBody;
  const outcome = kind === 'wire' ? WIRE_OUTCOME : (own ?? (ended === null ? null : toOutcome(JSON.parse(ended) as JournalOutcome)));
  return {
    ...NO_GATE,
    ...content,
    id: sequence,
    userId: user_id,
    state: outcome?.state ?? 'intent',
    outcome,
    undoneBy: undone_by,
    hash,
    previousHash: previous_hash,
  };
}

function toOutcome({ state, output, error, durationMs, lookup }: JournalOutcome): JournalOutcome {
  return { state, output, error, durationMs, ...(lookup === undefined ? {} : { lookup }) };
}

const BATCH = 1000;

async function* readRows(db: Handle): AsyncGenerator<JournalRow> {
  for (let after = 0; ; ) {
    const rows = await db
      .selectFrom('journal_rows')
      .select(['sequence', 'previous_hash as previousHash', 'hash', 'body'])
      .where('sequence', '>', after)
      .orderBy('sequence')
      .limit(BATCH)
      .execute();
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < BATCH) return;
    after = last.sequence;
  }
}
