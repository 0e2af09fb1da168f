import type { PendingApproval } from '../../toolkit/approval.ts';
import type { GateOutcome } from '../../toolkit/call.ts';
import type { CommandDescription } from '../cli.ts';
import type { ForeignListing } from '../foreign-search.ts';
import type { LuaReport } from '../lua-report.ts';
import type { LuaToolRun } from '../lua-tools.ts';

/** What an MCP server stands on: the gate of this process, or the owner's at the other end of its socket. */
export interface McpHost {
  readonly version: string;
  readonly descriptions: readonly CommandDescription[];
  /** One call through the gate. */
  call(call: McpCall): Promise<GateOutcome>;
  /**
   * The answer of the person whom the client asked. Absent where whoever answers is not known to be a person: then a question stays a stored approval,
   * and is answered in a terminal or in the app.
   */
  readonly answer?: (approvalId: string, approve: boolean) => Promise<GateOutcome>;
  /** Lets a script that waits for this approval go on without an answer. */
  readonly leaveOpen?: (approvalId: string) => Promise<unknown>;
  /** Tools of other people's servers, found by search_tools and called by call_tool; absent where there are none. */
  readonly foreign?: () => Promise<ForeignListing>;
  /** Runs a Lua script over the whole catalogue; absent where there is no engine. */
  readonly runLua?: (run: McpLuaRun) => Promise<LuaReport>;
}

export interface McpCall {
  /** `cal.create_booking` */
  readonly tool: string;
  readonly input: unknown;
  readonly account?: string;
  readonly dryRun?: boolean;
  readonly signal: AbortSignal;
}

export interface McpLuaRun extends LuaToolRun {
  readonly signal: AbortSignal;
  /** Is told of each approval that the script waits for; absent: nobody is asked, and nothing waits. */
  readonly onApproval?: (approval: PendingApproval) => void;
}

/** Which tools a client is shown: the everyday ones, all, the four to script with, or those named. */
export interface McpToolSet {
  readonly tools: 'core' | 'all' | 'lua' | readonly string[];
  /** Only what changes nothing. */
  readonly isReadOnly?: boolean;
}

/** `core`, `all`, `lua`, or names of tools and namespaces with commas between them. */
export function parseTools(text: string): McpToolSet['tools'] {
  const wanted = text.trim();
  if (wanted === 'core' || wanted === 'all' || wanted === 'lua') return wanted;
  return wanted
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
