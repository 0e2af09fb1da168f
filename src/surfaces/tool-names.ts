import MiniSearch from 'minisearch';
import { AppError } from '../errors.ts';
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
  let index: MiniSearch<{ id: number; name: string }> | undefined;
  const closest = (name: string, limit = 5): readonly string[] => {
    index ??= indexNames(descriptions);
    const found = index.search(toPlainName(name).replace(/[._]/g, ' '), { fuzzy: 0.34, prefix: true });
    return found.slice(0, limit).map(({ id }) => descriptions[Number(id)]?.tool ?? '');
  };
  return {
    find,
    closest,
    get(name) {
      const found = find(name);
      if (found) return found;
      const suggestions = closest(name);
      throw new AppError('not_found', `There is no function "${name}".`, {
        hint: suggestions.length > 0 ? `Did you mean ${suggestions.join(', ')}?` : `There are functions of ${[...namespaces].join(', ')}.`,
        details: { suggestions },
      });
    },
  };
}

function indexNames(descriptions: readonly CommandDescription[]): MiniSearch<{ id: number; name: string }> {
  const index = new MiniSearch<{ id: number; name: string }>({ fields: ['name'], tokenize: (text) => text.split(/[\s._-]+/) });
  index.addAll(descriptions.map(({ name }, id) => ({ id, name })));
  return index;
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
