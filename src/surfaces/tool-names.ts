import { AppError } from '../errors.ts';
import { closest, didYouMean } from '../toolkit/closest.ts';
import type { CommandDescription } from './cli.ts';

/** A tool that somebody named, and the account, where the name held one. */
export interface NamedTool {
  readonly description: CommandDescription;
  /** `work` in `cal.work.list_bookings`. */
  readonly account?: string;
}

/** Finds tools by any name that people write. */
export interface ToolNames {
  /**
   * By short name (`list_bookings`), slug (`cal_list_bookings`), full name (`cal.list_bookings`, `cal.cal_list_bookings`), with an account
   * (`cal.work.list_bookings`), with `app.`, `integrations.` or both before it; hyphens are underscores.
   */
  find(name: string): NamedTool | undefined;
  /** The same, or `not_found` with the five closest names. */
  get(name: string): NamedTool;
  /** Full names, closest first. */
  closest(name: string, limit?: number): readonly string[];
}

export function createToolNames(descriptions: readonly CommandDescription[]): ToolNames {
  const namespaces = new Set(descriptions.map(({ namespace }) => namespace));
  const find = (name: string): NamedTool | undefined => {
    const parts = toPlainName(name).split('.');
    const last = parts.pop() ?? '';
    const [namespace, account, ...more] = parts;
    if (more.length > 0 || (namespace !== undefined && !namespaces.has(namespace))) return undefined;
    const matches = descriptions.filter(
      (description) =>
        (namespace === undefined || description.namespace === namespace) &&
        (description.name === last || `${description.namespace}_${description.name}` === last),
    );
    const [description] = matches;
    return description === undefined || matches.length > 1 ? undefined : { description, ...(account === undefined ? {} : { account }) };
  };
  const closestTo = (name: string, limit?: number) =>
    closest(
      name,
      descriptions.map(({ tool }) => tool),
      limit,
    );
  return {
    find,
    closest: closestTo,
    get(name) {
      const found = find(name);
      if (found) return found;
      const suggestions = closestTo(name);
      throw new AppError('not_found', `There is no function "${name}".`, {
        hint: didYouMean(suggestions) ?? `There are functions of ${[...namespaces].join(', ')}.`,
        details: { suggestions },
      });
    },
  };
}

/** `app.integrations.cal.list-bookings` as `cal.list_bookings`. */
function toPlainName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replaceAll('-', '_')
    .replace(/^app\./, '')
    .replace(/^integrations\./, '');
}
