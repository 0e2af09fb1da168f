import { closestNames, normalizeName } from './names.ts';
import { LuaCallError } from './outcome.ts';

/** One function as a script may call it. */
export interface LuaFunction {
  /** The short name, `list_bookings`. The slug (`cal_list_bookings`) and full name (`cal.cal_list_bookings`) follow from it. */
  readonly name: string;
  readonly aliases?: readonly string[];
  /** Parameter names in the order in which positional arguments fill them. */
  readonly parameters?: readonly string[];
  /** How many of them may be given by position; all when absent. */
  readonly positional?: number;
}

/** A provider under `app.integrations` or a server under `app.mcp`. */
export interface LuaNamespace {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** Named accounts beside `default`, which always answers. */
  readonly accounts?: readonly string[];
  readonly functions: readonly LuaFunction[];
}

/** Everything that a script can reach, as data. */
export interface LuaCatalogue {
  readonly integrations?: readonly LuaNamespace[];
  readonly mcp?: readonly LuaNamespace[];
}

/** What a path means: a table to walk on, or a function to call. */
export interface LuaEntry {
  readonly path: string;
  readonly kind: 'namespace' | 'function';
  readonly parameters: readonly string[];
  /** How many may be given by position. */
  readonly positional: number;
  /** Only by position or by one table of all parameters; what stands last is never taken for options. */
  readonly isStrict: boolean;
  readonly target: LuaTarget;
}

/** The parts of a called path. */
export interface LuaTarget {
  readonly kind: 'integration' | 'mcp' | 'helper';
  /** Provider, server, or the helper's table: `docs`, `mcp`, `time`. */
  readonly namespace: string;
  readonly account?: string;
  readonly function: string;
}

interface Node {
  readonly entry: LuaEntry;
  /** Canonical names, in the order in which they were declared. */
  readonly names: readonly string[];
  /** Children by normalised name or alias; made when first asked for, because accounts repeat every function. */
  readonly child: (key: string) => Node | undefined;
}

export interface LuaNames {
  /** The entry for a key under a canonical path; unknown names raise with the closest five. */
  resolve(path: string, key: string): LuaEntry;
  names(path: string): readonly string[];
  entry(path: string): LuaEntry | undefined;
}

const HELPERS: Readonly<Record<string, readonly LuaFunction[]>> = {
  docs: [
    { name: 'list', parameters: ['namespace'] },
    { name: 'search', parameters: ['query', 'limit'] },
    { name: 'read', parameters: ['page'] },
  ],
  mcp: [
    { name: 'servers' },
    { name: 'tools', parameters: ['server'] },
    { name: 'schema', parameters: ['tool'] },
    { name: 'call', parameters: ['tool', 'arguments'] },
    { name: 'resources', parameters: ['server'] },
    { name: 'read_resource', parameters: ['server', 'uri'] },
    { name: 'prompts', parameters: ['server'] },
    { name: 'get_prompt', parameters: ['server', 'name', 'arguments'] },
  ],
};

/** The names of a catalogue as a tree that forgives spelling but not guessing. */
export function openNames(catalogue: LuaCatalogue, timeOperations: readonly string[]): LuaNames {
  const group = (name: 'integrations' | 'mcp', spaces: readonly LuaNamespace[]) =>
    branch(
      `app.${name}`,
      spaces,
      (space) => [...(space.aliases ?? [])],
      (space) => spaceNode(`app.${name}`, name === 'mcp' ? 'mcp' : 'integration', space),
    );
  const roots = new Map<string, Node>([
    ['docs', helperNode('docs', HELPERS.docs ?? [])],
    ['mcp', helperNode('mcp', HELPERS.mcp ?? [])],
    [
      'time',
      helperNode(
        'time',
        timeOperations.map((name) => ({ name })),
      ),
    ],
  ]);
  const groups = [group('integrations', catalogue.integrations ?? []), group('mcp', catalogue.mcp ?? [])];
  roots.set(
    'app',
    branch(
      'app',
      [{ name: 'integrations' }, { name: 'mcp' }],
      () => [],
      ({ name }) => groups[name === 'mcp' ? 1 : 0] as Node,
    ),
  );
  const byPath = new Map<string, Node>(roots);
  const find = (from: Node, key: string): Node | undefined => {
    const found = from.child(key);
    if (found !== undefined) return found;
    // `app.integrations["cal.cal_list_bookings"]`: a whole name at once.
    const dot = key.indexOf('.');
    const first = dot > 0 ? from.child(key.slice(0, dot)) : undefined;
    return first === undefined || first.entry.kind === 'function' ? undefined : find(first, key.slice(dot + 1));
  };
  return {
    resolve(path, key) {
      const parent = byPath.get(path);
      if (parent === undefined) throw unknownName(path, key, []);
      const found = find(parent, key);
      if (found === undefined) throw unknownName(path, key, parent.names);
      if (!byPath.has(found.entry.path)) byPath.set(found.entry.path, found);
      return found.entry;
    },
    names: (path) => byPath.get(path)?.names ?? [],
    entry: (path) => byPath.get(path)?.entry,
  };
}

function spaceNode(prefix: string, kind: 'integration' | 'mcp', space: LuaNamespace, account?: string): Node {
  const path = `${prefix}.${space.name}${account === undefined ? '' : `.${account}`}`;
  const aliases = (declared: LuaFunction) => [
    ...(declared.aliases ?? []),
    `${space.name}_${declared.name}`,
    `${space.name}.${space.name}_${declared.name}`,
    `${space.name}.${declared.name}`,
  ];
  const functions = branch(path, space.functions, aliases, (declared) =>
    leaf(`${path}.${declared.name}`, declared, false, {
      kind,
      namespace: space.name,
      ...(account === undefined ? {} : { account }),
      function: declared.name,
    }),
  );
  if (kind === 'mcp' || account !== undefined) return functions;
  const accounts = branch(
    path,
    ['default', ...(space.accounts ?? [])].map((name) => ({ name })),
    () => [],
    ({ name }) => spaceNode(prefix, kind, space, name),
  );
  return { ...functions, names: [...functions.names, ...accounts.names], child: (key) => functions.child(key) ?? accounts.child(key) };
}

function helperNode(name: string, functions: readonly LuaFunction[]): Node {
  return branch(
    name,
    functions,
    () => [],
    (declared) => leaf(`${name}.${declared.name}`, declared, true, { kind: 'helper', namespace: name, function: declared.name }),
  );
}

function leaf(path: string, declared: LuaFunction, isStrict: boolean, target: LuaTarget): Node {
  const { parameters = [], positional = parameters.length } = declared;
  return { entry: { path, kind: 'function', parameters, positional, isStrict, target }, names: [], child: () => undefined };
}

/** A table of named things. An exact name beats a normalised one, and a name beats an alias. */
function branch<T extends { readonly name: string }>(
  path: string,
  declared: readonly T[],
  aliasesOf: (item: T) => readonly string[],
  open: (item: T) => Node,
): Node {
  const made = new Map<T, Node>();
  const exact = new Map(declared.map((item) => [item.name, item]));
  const forgiving = new Map<string, T>();
  for (const item of declared) if (!forgiving.has(normalizeName(item.name))) forgiving.set(normalizeName(item.name), item);
  for (const item of declared) {
    for (const alias of aliasesOf(item)) if (!forgiving.has(normalizeName(alias))) forgiving.set(normalizeName(alias), item);
  }
  const child = (key: string) => {
    const item = exact.get(key) ?? forgiving.get(normalizeName(key));
    if (item === undefined) return undefined;
    const node = made.get(item) ?? open(item);
    made.set(item, node);
    return node;
  };
  const target: LuaTarget = { kind: 'helper', namespace: path, function: '' };
  return { entry: { path, kind: 'namespace', parameters: [], positional: 0, isStrict: false, target }, names: [...exact.keys()], child };
}

function unknownName(path: string, key: string, names: readonly string[]): LuaCallError {
  const closest = closestNames(key, names);
  return new LuaCallError({
    code: 'runtime',
    reason: 'unknown_name',
    message: `There is no "${key}" in ${path}.${closest.length === 0 ? '' : ` The closest names: ${closest.join(', ')}.`}`,
    hint: names.length === 0 ? 'Nothing is configured there.' : `for name in pairs(${path}) do print(name) end prints all ${names.length}.`,
    details: { closest },
  });
}
