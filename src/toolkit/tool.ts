import type { z } from 'zod';
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
  readonly summary: string;
  readonly effect: Effect;
  /** Which kinds of accounts it works on. */
  readonly accounts: readonly ('local' | 'hosted')[];
  readonly input: Input;
  readonly output: Output;
  /** The only place where the action happens; called by the gate alone. */
  run(input: z.output<Input>, context: ToolContext<Clients>): Promise<z.input<Output>>;
  /** The result as a person sees it. */
  card(output: z.output<Output>, context: ToolContext<Clients>): Card;
  /**
   * For writes: what will happen, read from the world without changing it. Throws the same `AppError` the run would, where that can be known.
   * `before` is the state of what will change; an approval is refused when it differs at redemption.
   */
  plan?(input: z.output<Input>, context: ToolContext<Clients>): Promise<Plan<z.output<Input>>>;
}

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
