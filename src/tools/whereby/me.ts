import { z } from 'zod';
import { defineTool } from '../../toolkit/tool.ts';
import { type WherebyContext, whereby } from './fields.ts';

export const getWherebyUser = defineTool({
  ...whereby,
  name: 'get_current_user',
  summary: 'Show whose Whereby account this is, and whether its key works.',
  effect: 'read',
  command: { resource: 'rooms', action: 'whoami' },
  example: {},
  input: z.strictObject({}),
  output: z.object({
    name: z.string().nullable(),
    email: z.string().nullable(),
    /** Of the account's rooms; null while there is none to tell by. */
    subdomain: z.string().nullable(),
    account: z.string(),
    /** Whereby has no such question: name and address are what this installation was told. */
    source: z.literal('local-config'),
    /** Its key was accepted just now. */
    verified: z.literal(true),
  }),
  async run(_input, { clients: { whereby: client, profile }, account, signal }: WherebyContext) {
    // A key that is not accepted fails here, as what it is.
    const { results } = await client.listMeetings({ limit: 1 }, { signal });
    const host = results[0] === undefined ? '' : new URL(results[0].roomUrl).hostname;
    const subdomain = /^([^.]+)\.whereby\.com$/i.exec(host)?.[1] ?? null;
    return { name: profile.name, email: profile.email, subdomain, account, source: 'local-config', verified: true } as const;
  },
  card: ({ name, email, subdomain, account }) => ({
    kind: 'person',
    title: name ?? `Whereby account "${account}"`,
    status: { text: 'Key accepted', tone: 'good' },
    fields: [
      { label: 'Account', value: account },
      ...(email === null ? [] : [{ label: 'E-mail', value: email }]),
      ...(subdomain === null ? [] : [{ label: 'Subdomain', value: subdomain }]),
    ],
    note: 'Whereby tells nobody whose key it is: name and address are from your own configuration.',
  }),
});
