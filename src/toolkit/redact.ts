/** Takes secrets out of what is shown, logged and kept. */
export interface Redactor {
  /** From now on this text is masked, in every form it is usually written in. Text of fewer than eight characters is too likely to be a word. */
  learn(secret: string): void;
  /** The value without learnt secrets; for results, which may hold other people's tokens on purpose. */
  conceal<Value>(value: Value): Value;
  /** The value without learnt secrets and without what looks like one, by its form or its name; for errors, logs and the journal. */
  redact<Value>(value: Value): Value;
  /** Whether a learnt secret is anywhere in it. */
  holds(value: unknown): boolean;
}

/** "****xy": the last two characters, and those only of a text that is long enough to stay secret without them. */
export function maskSecret(secret: string): string {
  return secret.length < 12 ? '****' : `****${secret.slice(-2)}`;
}

const SHORTEST = 8;
const DEEPEST = 100;

export function createRedactor(secrets: Iterable<string> = []): Redactor {
  const masks = new Map<string, string>();
  let pattern: RegExp | undefined;

  function learn(secret: string): void {
    if (secret.length < SHORTEST || masks.has(secret)) return;
    for (const form of formsOf(secret)) masks.set(form, '****');
    masks.set(secret, maskSecret(secret));
    const longestFirst = [...masks.keys()].sort((one, other) => other.length - one.length);
    pattern = new RegExp(longestFirst.map(escapePattern).join('|'), 'g');
  }

  const concealText = (text: string) => (pattern === undefined ? text : text.replace(pattern, (form) => masks.get(form) ?? '****'));

  for (const secret of secrets) learn(secret);
  return {
    learn,
    conceal: (value) => (pattern === undefined ? value : mapTexts(value, concealText)),
    redact: (value) => mapTexts(value, (text, name) => (isSecretName(name) ? toMasked(text) : redactText(concealText(text)))),
    holds(value) {
      let found = false;
      mapTexts(value, (text) => {
        if (concealText(text) !== text) found = true;
        return text;
      });
      return found;
    },
  };
}

const SECRET_NAME =
  /^(proxy-)?authorization$|^(set-)?cookie$|^(.*[-_])?(secret|password|passphrase)$|secret[-_]?key$|(api|private)[-_]?key$|(access|refresh)[-_]?token$/i;

/** Whether what stands under this name is kept from view: `secret`, `authorization`, `api_key`. */
export function isSecretName(name: string | undefined): boolean {
  return name !== undefined && SECRET_NAME.test(name);
}

/** What is masked already stays as it is. */
function toMasked(text: string): string {
  return text === '' || text.includes('****') ? text : maskSecret(text);
}

/** What looks like a credential although nobody told us of it. */
export function redactText(text: string): string {
  return text
    .replace(/\b(Bearer|Basic)(\s+)([A-Za-z0-9._~+/=-]{8,})/gi, (_all, scheme, space, secret) => `${scheme}${space}${maskSecret(secret)}`)
    .replace(/\bcal_(?:live_|test_)?[A-Za-z0-9]{16,}/g, maskSecret)
    .replace(/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}/g, maskSecret)
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s/@]+@/gi, '$1:****@')
    .replace(ROOM_KEY, '$1****');
}

/** In the link of a room's host: whoever has it is host, and it cannot be taken back. */
const ROOM_KEY = /([?&]roomKey=)[^\s&#"'<>]+/gi;

/** The value with the keys in links of rooms masked: who asked for one gets it, and nobody keeps it. */
export function withoutRoomKeys<Value>(value: Value): Value {
  return mapTexts(value, (text) => text.replace(ROOM_KEY, '$1****'));
}

/** The forms a secret is found in besides its own: in a URL, in JSON, as hexadecimal, and within anything that was made base64. */
function formsOf(secret: string): ReadonlySet<string> {
  const bytes = Buffer.from(secret);
  const url = encodeURIComponent(secret);
  const hex = bytes.toString('hex');
  const base64 = [0, 1, 2].flatMap((offset) => {
    const core = base64Core(bytes, offset);
    return [core, core.replaceAll('+', '-').replaceAll('/', '_')];
  });
  const forms = [
    url,
    url.replace(/%../g, (code) => code.toLowerCase()),
    JSON.stringify(secret).slice(1, -1),
    hex,
    hex.toUpperCase(),
    ...base64,
  ];
  return new Set(forms.filter((form) => form.length >= SHORTEST));
}

/** The characters of base64 that depend on these bytes alone, where `offset` others stand before them and any after. */
function base64Core(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  const shared = (offset + bytes.length) % 3 === 0 ? 0 : 1;
  return text.slice(Math.ceil((offset * 8) / 6), shared === 0 ? undefined : -shared);
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** The same value with every text mapped, also those that name members. */
function mapTexts<Value>(value: Value, map: (text: string, name?: string) => string): Value {
  const visit = (part: unknown, name: string | undefined, depth: number): unknown => {
    if (typeof part === 'string') return map(part, name);
    if (typeof part !== 'object' || part === null) return part;
    if (depth > DEEPEST) return null;
    if (Array.isArray(part)) return part.map((item) => visit(item, name, depth + 1));
    return Object.fromEntries(Object.entries(part).map(([key, item]) => [map(key), visit(item, key, depth + 1)]));
  };
  return visit(value, undefined, 0) as Value; // what goes in and comes out is JSON of one shape
}
