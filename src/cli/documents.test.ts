import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadCommandDescriptions } from '../runtime-catalog.ts';
import { renderDocuments } from './documents.ts';

const docs = new URL('../../docs/', import.meta.url);

describe('the generated documents', () => {
  it('are fresh: `node bin/documents.mjs` writes them', async () => {
    const rendered = renderDocuments(await loadCommandDescriptions());
    for (const [path, text] of Object.entries(rendered)) expect(readFileSync(new URL(path, docs), 'utf8'), path).toBe(text);
    const tools = readdirSync(new URL('tools/', docs)).map((name) => `tools/${name}`);
    expect(tools.filter((path) => !(path in rendered))).toEqual([]);
  });
});
