import { z } from 'zod';
import { defineTool } from '../../toolkit/tool.ts';
import { me } from '../../wire/calcom/me.ts';
import { type CalContext, shared } from './fields.ts';

export const getCurrentUser = defineTool({
  ...shared,
  name: 'get_current_user',
  summary: 'Show whose calendar this is: name, e-mail, time zone.',
  effect: 'read',
  input: z.strictObject({}),
  output: me,
  command: { resource: 'me' },
  example: {},
  run: (_input, { clients, signal }: CalContext) => clients.cal.getMe({ signal }),
  card: (user) => ({
    kind: 'person',
    title: user.name ?? user.username,
    fields: [
      { label: 'Username', value: user.username },
      { label: 'E-mail', value: user.email },
      { label: 'Time zone', value: user.timeZone },
      { label: 'Week starts on', value: user.weekStart },
    ],
  }),
});
