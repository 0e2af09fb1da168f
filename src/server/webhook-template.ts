/** What a rendering may cost, whatever the template says. */
export interface TemplateLimits {
  /** Pieces of the template that are looked at, counted each time. */
  readonly steps: number;
  readonly characters: number;
}

const LIMITS: TemplateLimits = { steps: 50_000, characters: 500_000 };

/** A template that cannot be read or goes too far; the message is for whoever wrote it. */
export class TemplateError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TemplateError';
  }
}

export interface RenderOptions {
  /** Of every value that is put in. */
  readonly encode: (text: string) => string;
  readonly limits?: TemplateLimits;
}

/** Throws a `TemplateError` when the text is no template that could ever be rendered. */
export async function checkTemplate(template: string): Promise<void> {
  checkAllowed(await parse(template));
}

/**
 * Renders a Handlebars template that a stranger wrote. Handlebars reads it; its compiler, which turns templates into code, never sees it. What runs is the
 * walk below: values by their own keys only, the blocks `if`, `unless`, `each` and `with`, and `lookup`. There is no other helper, no partial and no
 * prototype to reach, and each step and character counts.
 */
export async function renderTemplate(template: string, data: unknown, { encode, limits = LIMITS }: RenderOptions): Promise<string> {
  const program = await parse(template);
  checkAllowed(program);
  const output: string[] = [];
  let steps = 0;
  let characters = 0;

  function spend(): void {
    steps += 1;
    if (steps > limits.steps) throw new TemplateError(`The template takes more than ${limits.steps} steps.`);
  }

  function write(text: string): void {
    characters += text.length;
    if (characters > limits.characters) throw new TemplateError(`The text became longer than ${limits.characters} characters.`);
    output.push(text);
  }

  function walk({ body }: Program, scope: Scope): void {
    for (const statement of body) {
      spend();
      if (statement.type === 'ContentStatement') write(String(statement.value));
      else if (statement.type === 'MustacheStatement') write(encode(toText(callOf(statement, scope))));
      else if (statement.type === 'BlockStatement') block(statement, scope);
    }
  }

  function block(statement: Node, scope: Scope): void {
    const [parameter] = statement.params ?? [];
    const name = statement.path?.original ?? '';
    const isHelper = parameter !== undefined;
    const value = isHelper ? evaluate(parameter, scope) : evaluate(statement.path, scope);
    if (isHelper && !BLOCKS.has(name)) throw new TemplateError(`There is no block helper "${name}"; there are if, unless, each and with.`);
    const isTrue = isTruthy(value);
    if (name === 'if' || name === 'unless') choose(statement, isTrue === (name === 'if'), scope);
    else if (name === 'each' || (!isHelper && Array.isArray(value))) each(statement, value, scope);
    else if (name === 'with' || (!isHelper && value !== true)) enter(statement, { value, isTrue }, scope);
    else choose(statement, isTrue, scope);
  }

  function choose({ program: then, inverse }: Node, isTrue: boolean, scope: Scope): void {
    const chosen = isTrue ? then : inverse;
    if (chosen) walk(chosen, scope);
  }

  function enter({ program: then, inverse }: Node, { value, isTrue }: { value: unknown; isTrue: boolean }, scope: Scope): void {
    if (isTrue && then) walk(then, inner(scope, value, { names: then.blockParams, values: [value] }));
    else if (!isTrue && inverse) walk(inverse, scope);
  }

  function each({ program: then, inverse }: Node, value: unknown, scope: Scope): void {
    const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
    if (entries.length === 0 && inverse) walk(inverse, scope);
    if (!then) return;
    for (const [index, [key, item]] of entries.entries()) {
      const position = Array.isArray(value) ? index : key;
      const marks = { index, key: position, first: index === 0, last: index === entries.length - 1 };
      walk(then, inner(scope, item, { marks, names: then.blockParams, values: [item, position] }));
    }
  }

  try {
    walk(program, { self: data, root: data, marks: {}, names: {}, parent: undefined, spend });
  } catch (error) {
    if (error instanceof RangeError) throw new TemplateError('The template is nested too deeply.', { cause: error });
    throw error;
  }
  return output.join('');
}

const BLOCKS = new Set(['if', 'unless', 'each', 'with']);

/** What Handlebars' own reader makes of a template, as far as we look. */
interface Node {
  readonly type: string;
  readonly value?: unknown;
  readonly original?: string;
  readonly path?: Node;
  readonly params?: readonly Node[];
  readonly hash?: { readonly pairs: readonly unknown[] } | undefined;
  readonly program?: Program;
  readonly inverse?: Program;
  /** The path begins with "@". */
  readonly data?: boolean;
  /** How many "../" it begins with. */
  readonly depth?: number;
  readonly parts?: readonly (string | Node)[];
}

interface Program {
  readonly body: readonly Node[];
  readonly blockParams?: readonly string[];
}

async function parse(template: string): Promise<Program> {
  const { default: Handlebars } = await import('handlebars');
  try {
    // The tree is plain data; `Node` names what is read of it, and every other type of node is refused below.
    return Handlebars.parse(template) as unknown as Program;
  } catch (error) {
    // "Parse error on line 1:", the line up to there, an arrow, and what its grammar wants.
    const [reason = '', near] = error instanceof Error ? error.message.split('\n') : [String(error)];
    const where = near === undefined ? '' : `, near ${JSON.stringify(near)}`;
    throw new TemplateError(`The template cannot be read: ${reason.replace(/[:.]$/, '')}${where}.`, { cause: error });
  }
}

const STATEMENTS = new Set(['ContentStatement', 'MustacheStatement', 'BlockStatement', 'CommentStatement']);

function checkAllowed({ body }: Program): void {
  // A list instead of recursion: depth is the template's choice.
  const waiting = [...body];
  for (let statement = waiting.pop(); statement !== undefined; statement = waiting.pop()) {
    if (!STATEMENTS.has(statement.type)) {
      throw new TemplateError(
        `The template uses a ${statement.type}; there are values, comments and the blocks if, unless, each and with.`,
      );
    }
    if (statement.hash !== undefined && statement.hash.pairs.length > 0) throw new TemplateError('Named arguments are not understood.');
    waiting.push(...(statement.program?.body ?? []), ...(statement.inverse?.body ?? []));
  }
}

interface Scope {
  readonly self: unknown;
  readonly root: unknown;
  /** `@index`, `@key`, `@first`, `@last` */
  readonly marks: Readonly<Record<string, unknown>>;
  /** `as |item index|` */
  readonly names: Readonly<Record<string, unknown>>;
  readonly parent: Scope | undefined;
  /** Counts a step. */
  readonly spend: () => void;
}

interface Entered {
  readonly marks?: Scope['marks'];
  readonly names: readonly string[] | undefined;
  readonly values: readonly unknown[];
}

function inner(parent: Scope, self: unknown, { marks, names = [], values }: Entered): Scope {
  const named = Object.fromEntries(names.map((name, index) => [name, values[index]]));
  return { self, root: parent.root, marks: marks ?? parent.marks, names: { ...parent.names, ...named }, parent, spend: parent.spend };
}

/** The value of `{{path}}`, or of `{{lookup object key}}`, the one helper with a value. */
function callOf({ path, params = [] }: Node, scope: Scope): unknown {
  if (params.length === 0) return evaluate(path, scope);
  if (path?.original !== 'lookup') throw new TemplateError(`There is no helper "${path?.original ?? ''}"; there is lookup.`);
  const [object, key] = params.map((param) => evaluate(param, scope));
  return member(object, typeof key === 'number' ? String(key) : key);
}

function evaluate(node: Node | undefined, scope: Scope): unknown {
  scope.spend();
  switch (node?.type) {
    case 'PathExpression':
      return follow(node, scope);
    case 'SubExpression':
      return callOf(node, scope);
    case 'StringLiteral':
    case 'NumberLiteral':
    case 'BooleanLiteral':
      return node.value;
    default:
      return undefined;
  }
}

const LONGEST_PATH = 50;

function follow({ parts = [], depth = 0, data = false, original = '' }: Node, scope: Scope): unknown {
  if (parts.length + depth > LONGEST_PATH) throw new TemplateError(`The path "${original.slice(0, 50)}…" is too long.`);
  let found: Scope | undefined = scope;
  for (let level = 0; level < depth; level++) found = found?.parent;
  if (found === undefined) return undefined;
  const [first, ...others] = parts.map((part) => (typeof part === 'string' ? part : undefined));
  if (data) return reach(first === 'root' ? found.root : member(found.marks, first), others);
  // "this.name" means the member, whatever a block calls its item.
  const isNamed = depth === 0 && first !== undefined && Object.hasOwn(found.names, first) && !/^(this|\.)/.test(original);
  return isNamed ? reach(found.names[first], others) : reach(found.self, [first, ...others].slice(0, parts.length));
}

function reach(start: unknown, keys: readonly unknown[]): unknown {
  return keys.reduce<unknown>(member, start);
}

function member(value: unknown, key: unknown): unknown {
  if (typeof value !== 'object' || value === null || typeof key !== 'string' || !Object.hasOwn(value, key)) return undefined;
  // An own key of plain data.
  return (value as Readonly<Record<string, unknown>>)[key];
}

function isTruthy(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

/** Objects and lists print as JSON. */
function toText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
