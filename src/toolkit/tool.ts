import type { z } from 'zod';
import type { AppError } from '../errors.ts';
import type { Card } from './card.ts';

/** What a call does to the world: reads are allowed by default, writes ask, destroys ask and are counted. */
export type Effect = 'read' | 'write' | 'destroy';

/** The user of this installation on whose behalf a call is made. */
export interface Principal {
  readonly userId: number;
  readonly username: string;
  readonly name: string;
  readonly email: string;
  readonly timeZone: string;
}

/** What a running tool is given. `Clients` is opaque here: the tools and the runtime agree on it. */
export interface ToolContext<Clients = unknown> {
  readonly principal: Principal;
  /** The credential account the call goes to: `local` is the embedded service. */
  readonly account: string;
  readonly clients: Clients;
  /** The domain clock, epoch milliseconds. */
  readonly now: number;
  /** IANA zone of the person who reads the answer. */
  readonly timeZone: string;
  readonly signal: AbortSignal;
  /** Stable for one gate call, also over its retries: the key that keeps a repeated write from happening twice. */
  readonly callId: string;
}

/** One calendar action, defined once; every surface is made from this. */
export interface Tool<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType, Clients = unknown> {
  readonly namespace: string;
  /** `create_booking`: a verb and a noun. */
  readonly name: string;
  /** One imperative sentence of at most 90 characters. */
  readonly summary: string;
  readonly effect: Effect;
  /** Whose credential accounts a call goes to; the namespace when absent. */
  readonly provider?: Provider;
  /** Which kinds of accounts it works on. */
  readonly accounts: readonly ('local' | 'hosted')[];
  /** An object of snake_case arguments, each with a description and an example. */
  readonly input: Input;
  readonly output: Output;
  /** Other names of arguments, as people and documents write them: `{ uid: 'booking_uid' }`. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** Where the command line puts it. */
  readonly command?: ToolCommand;
  /** The input of a call that works on the demonstration data; for help, documents and samples. */
  readonly example?: Readonly<Record<string, unknown>>;
  /** One of the few a model is always shown; it finds the others by searching. */
  readonly everyday?: true;
  /** Tolerance for other forms of the input, before it is parsed. Arguments have their own names by then. */
  accept?(raw: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
  /** Of an incomplete input: what the world asks for beside it, read without changing anything, as the error that the complete one would end with. */
  lacks?(raw: Readonly<Record<string, unknown>>, context: ToolContext<Clients>): Promise<AppError | undefined>;
  /** The only place where the action happens; called by the gate alone. */
  run(input: z.output<Input>, context: ToolContext<Clients>): Promise<z.input<Output>>;
  /** The result as a person sees it. */
  card(output: z.output<Output>, context: ToolContext<Clients>): Card;
  /**
   * For writes: what will happen, read from the world without changing it. Throws the same `AppError` the run would, where that can be known.
   * `before` is the state of what will change; an approval is refused when it differs at redemption.
   */
  plan?(input: z.output<Input>, context: ToolContext<Clients>): Promise<Plan<z.output<Input>>>;
  /** For writes: what the journal keeps of the output; all of it when absent. */
  keep?(output: z.input<Output>): unknown;
  /** For writes: why it cannot be undone, or which call undoes it. */
  readonly undo?: NoUndo | Undo<z.output<Input>, z.output<Output>, Clients>;
  /** For writes: whether one that a crash broke off has happened. */
  settle?(intent: Intent<z.output<Input>>, context: ToolContext<Clients>): Promise<Settlement<z.input<Output>>>;
}

/** Who a tool talks to: each has its own credential accounts. */
export type Provider = 'cal' | 'whereby';

/** `{ resource: 'bookings', action: 'cancel', positionals: ['booking_uid'] }` is `kalends bookings cancel <booking_uid>`. */
export interface ToolCommand {
  readonly resource: string;
  /** Absent: the resource alone is the command. */
  readonly action?: string;
  /** Arguments that stand without a flag, in order. `id|slug`: a number is the first, anything else the second. */
  readonly positionals?: readonly string[];
  /** More flags, by the path of the argument they give: `{ email: 'attendee.email', 'event-type': 'event_type_id|event_type_slug' }`. */
  readonly flags?: Readonly<Record<string, string>>;
  /** Arguments that also take a phrase, "tomorrow 2pm": one moment, or a day or a moment. */
  readonly phrases?: Readonly<Record<string, 'moment' | 'day'>>;
  /** The two arguments that `--when "friday afternoon"` gives; the coming week when neither is given. */
  readonly range?: readonly [start: string, end: string];
  /** Arguments of the command when none of those named is given: a list in a terminal leaves out what is over. */
  readonly preset?: { readonly input: Readonly<Record<string, unknown>>; readonly unless: readonly string[] };
}

export interface NoUndo {
  /** A sentence. */
  readonly none: string;
}

export interface Undo<Input, Output, Clients = unknown> {
  /** Reads the world and tells the call that puts it back; throws `conflict` when the world has changed since, `unsupported` where this one cannot be undone. */
  step(done: Done<Input, Output>, context: ToolContext<Clients>): Promise<UndoStep>;
}

/** A write as the journal has it. */
export interface Done<Input = unknown, Output = unknown> {
  readonly input: Input;
  readonly output: Output;
  /** The plan's image of what was changed. */
  readonly before: unknown;
}

export interface UndoStep {
  /** `cal.cancel_booking` */
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** What stays although it is undone, as sentences: a mail that went out. */
  readonly caveats: readonly string[];
}

/** A write that began and whose end nobody wrote down. */
export interface Intent<Input = unknown> {
  readonly input: Input;
  readonly before: unknown;
  readonly callId: string;
  /** When it began, epoch milliseconds of the process clock. */
  readonly at: number;
}

export type Settlement<Output = unknown> =
  | { readonly happened: true; readonly output: Output }
  | { readonly happened: false }
  | { readonly happened: 'unknown' };

export interface Plan<Input = unknown> {
  readonly card: Card;
  /** JSON image of what the call will change; `null` when it makes something new. */
  readonly before: unknown;
  /** The input with every default made explicit; this is what is approved, hashed and run. */
  readonly input: Input;
}

/** `defineTool` infers the schema types; it does nothing else. */
export function defineTool<Input extends z.ZodType, Output extends z.ZodType, Clients>(
  tool: Tool<Input, Output, Clients>,
): Tool<Input, Output, Clients> {
  return tool;
}
