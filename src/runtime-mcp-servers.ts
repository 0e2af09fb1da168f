import type { ServerLogins } from './accounts/index.ts';
import { toErrorEnvelope } from './errors.ts';
import type { ForeignDesk } from './owner/foreign.ts';
import { createForeignDesk } from './runtime-mcp-desk.ts';
import { createMcpLogins } from './runtime-mcp-logins.ts';
import { type McpProject, type McpProjectParts, openMcpProject } from './runtime-mcp-project.ts';
import type { ForeignListing } from './surfaces/foreign-search.ts';
import { effectOfForeign, type ForeignDescription, type ForeignTool } from './toolkit/foreign.ts';
import type { PolicySet } from './toolkit/policy.ts';

export interface McpServersParts extends Omit<McpProjectParts, 'logins'> {
  readonly kept: ServerLogins;
  /** The user's own rules as they are now: they say what counts as a read. */
  policy(): PolicySet;
}

/** Foreign servers by the folder they are used in. */
export interface McpServers {
  find(name: string, root: string | undefined): Promise<ForeignTool>;
  describe(root: string | undefined): Promise<ForeignListing>;
  readonly desk: ForeignDesk;
  close(): Promise<void>;
}

/** How long somebody who looks for tools waits for servers that start; they go on starting, and are found later. */
const PATIENCE_MS = 10_000;

/** Folders whose servers stay started; the one that was not used for longest makes way. */
const MOST_PROJECTS = 20;

export function openMcpServers({ policy, kept, ...given }: McpServersParts): McpServers {
  const logins = createMcpLogins({ ...given, logins: kept });
  const parts = { ...given, logins };
  const projects = new Map<string, McpProject>();

  function projectAt(root: string | undefined): McpProject {
    const key = root ?? '';
    const project = projects.get(key) ?? openMcpProject(parts, root);
    projects.delete(key);
    projects.set(key, project);
    if (projects.size > MOST_PROJECTS) closeOldest(projects);
    return project;
  }

  const withEffect = (tool: ForeignDescription): ForeignDescription => ({ ...tool, effect: effectOfForeign(tool, policy()) });

  return {
    async find(name, root) {
      const [, server = '', ...rest] = name.split('.');
      return projectAt(root).source.find(server, rest.join('.'));
    },

    async describe(root) {
      const found = await projectAt(root).source.describeAll({ patienceMs: PATIENCE_MS });
      return {
        tools: found.flatMap(({ tools }) => tools).map(withEffect),
        failures: found.flatMap(({ server, error }) =>
          error === undefined ? [] : [{ server, error: parts.redactor.redact(toErrorEnvelope(error)) }],
        ),
      };
    },

    desk: createForeignDesk({ projectAt, withEffect, ...parts }),

    async close() {
      const open = [...projects.values()];
      projects.clear();
      await Promise.all(open.map(({ pool }) => pool.close()));
    },
  };
}

function closeOldest(projects: Map<string, McpProject>): void {
  const [oldest] = projects;
  if (oldest === undefined) return;
  const [key, { pool }] = oldest;
  projects.delete(key);
  pool.close().catch(() => undefined); // a process that does not end is ended
}
