import { z } from 'zod';
import { AppError } from '../errors.ts';
import { emptyJournal } from '../store/sample-journal.fixture.ts';
import { openStore, type Store } from '../store/store.ts';
import { createUser } from '../store/users.ts';
import type { PlannedRequest } from './account.ts';
import type { GateOutcome, GateRequest } from './call.ts';
import { type Catalog, createCatalog } from './catalog.ts';
import { createGate, type Gate, type GateParts } from './gate.ts';
import { defineTool, type Principal, type ToolContext } from './tool.ts';

/** A list of notes behind a gate: read, add and remove, each with its undo, and a write that nothing undoes. */
export interface NoteStage {
  readonly store: Store;
  readonly catalog: Catalog;
  readonly ada: Principal;
  readonly bob: Principal;
  /** What is written down, by id. */
  readonly notes: Map<string, Note>;
  /** How often each write reached the notes. */
  readonly writes: string[];
  /** Runs before each write reaches the notes. */
  interfere(work: () => void | Promise<void>): void;
  openGate(parts?: Partial<GateParts>): Gate;
  call(tool: string, input: unknown, more?: Partial<GateRequest>): GateRequest;
  reset(): Promise<void>;
}

export interface Note {
  readonly id: string;
  readonly text: string;
  readonly to?: string | undefined;
}

interface Notebook {
  read(): readonly Note[];
  write(method: string, note: Note): Promise<Note>;
}

const note = z.object({ id: z.string(), text: z.string(), to: z.string().optional() });
const card = { kind: 'notice', title: 'Note' } as const;
type Context = ToolContext<Notebook>;

function find(id: string, { clients }: Context): Note {
  const found = clients.read().find((one) => one.id === id);
  if (found === undefined) throw new AppError('conflict', `The note "${id}" is gone.`);
  return found;
}

const readNotes = defineTool({
  namespace: 'notes',
  name: 'read_notes',
  summary: 'Read all notes.',
  effect: 'read',
  accounts: ['local'],
  input: z.strictObject({}),
  output: z.array(note),
  run: async (_input, { clients }: Context) => [...clients.read()],
  card: () => card,
});

const addNote = defineTool({
  namespace: 'notes',
  name: 'add_note',
  summary: 'Add a note.',
  effect: 'write',
  accounts: ['local'],
  input: z.strictObject({ note_id: z.string(), text: z.string(), to: z.string().optional(), guests: z.array(z.string()).optional() }),
  output: note,
  aliases: { id: 'note_id' },
  plan: async (input) => ({ card: { ...card, title: `Add ${input.note_id}` }, before: null, input }),
  run: ({ note_id, text, to }, { clients }: Context) => clients.write('POST', { id: note_id, text, to }),
  card: () => card,
  undo: {
    async step({ output }, context) {
      if (find(output.id, context).text !== output.text) throw new AppError('conflict', `The note "${output.id}" was changed since.`);
      return { tool: 'notes.remove_note', input: { note_id: output.id }, caveats: ['Who read it has read it.'] };
    },
  },
  async settle({ input }, { clients }: Context) {
    if (input.text === 'unreachable') throw new AppError('unavailable', 'Nobody answers.');
    const found = clients.read().find(({ id }) => id === input.note_id);
    return found === undefined ? { happened: false } : { happened: true, output: found };
  },
});

const removeNote = defineTool({
  namespace: 'notes',
  name: 'remove_note',
  summary: 'Remove a note.',
  effect: 'destroy',
  accounts: ['local'],
  input: z.strictObject({ note_id: z.string() }),
  output: note,
  plan: async (input, context: Context) => ({
    card: { ...card, title: `Remove ${input.note_id}` },
    before: find(input.note_id, context),
    input,
  }),
  run: ({ note_id }, context: Context) => context.clients.write('DELETE', find(note_id, context)),
  card: () => card,
  undo: {
    async step({ output }, { clients }) {
      if (clients.read().some(({ id }) => id === output.id)) throw new AppError('conflict', `There is another note "${output.id}".`);
      return { tool: 'notes.add_note', input: { note_id: output.id, text: output.text, to: output.to }, caveats: [] };
    },
  },
});

const sendNote = defineTool({
  ...addNote,
  name: 'send_note',
  summary: 'Send a note.',
  undo: { none: 'What was sent cannot be fetched back.' },
  settle: async () => ({ happened: 'unknown' as const }),
});

export async function openNoteStage(): Promise<NoteStage> {
  const store = await openStore({ memory: true });
  const enrol = async (username: string): Promise<Principal> => {
    const user = await createUser(store.db, { username, name: username, email: `${username}@example.com`, timeZone: 'UTC', now: 0 });
    return { userId: user.id, username, name: username, email: user.email, timeZone: 'UTC' };
  };
  const ada = await enrol('ada');
  const bob = await enrol('bob');
  const catalog = createCatalog([readNotes, addNote, removeNote, sendNote]);
  const notes = new Map<string, Note>();
  const writes: string[] = [];
  let interference: () => void | Promise<void> = () => undefined;

  const open = (send: (method: string, changed: Note) => Promise<void>): Notebook => ({
    read: () => [...notes.values()],
    async write(method, changed) {
      await send(method, changed);
      return changed;
    },
  });
  const clients = open(async (method, changed) => {
    await interference();
    if (changed.text === 'broken') throw new AppError('upstream', 'The notebook is broken.');
    writes.push(`${method} ${changed.id}`);
    if (method === 'DELETE') notes.delete(changed.id);
    else notes.set(changed.id, changed);
    if (changed.text === 'lost') throw new AppError('outcome_unknown', 'Nobody knows.');
  });
  const rehearse = () => {
    const requests: PlannedRequest[] = [];
    const rehearsed = open(async (method, { id, text }) => {
      requests.push({ method, url: `http://notes/${id}`, headers: {}, body: { text } });
      throw new Error('It is only rehearsed.');
    });
    return { clients: rehearsed, requests };
  };

  return {
    store,
    catalog,
    ada,
    bob,
    notes,
    writes,
    interfere(work) {
      interference = work;
    },
    openGate: (parts = {}) =>
      createGate({
        catalog,
        resolveAccount: ({ name, provider }) => ({ name: name ?? 'local', kind: 'local', provider, clients, rehearse }),
        rules: [],
        allowYes: false,
        approvals: store.approvals,
        journal: store.journal,
        now: () => 0,
        processNow: () => Date.now(),
        ...parts,
      }),
    call: (tool, input, more = {}) => ({ principal: ada, surface: 'terminal', tool, input, ...more }),
    async reset() {
      notes.clear();
      writes.length = 0;
      interference = () => undefined;
      await store.db.deleteFrom('approvals').execute();
      await emptyJournal(store);
    },
  };
}

/** The approval that a call waits for. */
export function pendingOf(outcome: GateOutcome) {
  if (outcome.status !== 'pending') throw new Error(`Expected a question, got ${JSON.stringify(outcome)}.`);
  return outcome.approval;
}

export function journalIdOf(outcome: GateOutcome): number {
  if (outcome.status !== 'done' || outcome.journalId === undefined) throw new Error(`Expected a write, got ${JSON.stringify(outcome)}.`);
  return outcome.journalId;
}
