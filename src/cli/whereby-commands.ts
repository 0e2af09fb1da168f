import type { Command } from 'commander';
import { does, group, leaf, type Report, wholeNumber } from './command.ts';

/** `kalends whereby`: what people do in the rooms of the embedded Whereby, without people; and who is told of it. */
export function addWhereby(program: Command, report: Report): void {
  group(program, 'whereby', 'Act in rooms without people, and tell webhooks of it.', (whereby) => {
    group(whereby, 'simulate', 'Do in a room of this installation what people would do.', (simulate) => fillSimulate(simulate, report));
    group(whereby, 'webhooks', 'Choose who is told what happens in rooms.', (webhooks) => fillWebhooks(webhooks, report));
    does(
      leaf(whereby, 'events [room]', {
        summary: 'List what happened, as webhooks are told.',
        example: 'whereby events standup-3f2a',
      }).option('--take <count>', 'How many at most; 100 by default.', wholeNumber),
      report,
      async (values, terminal, positionals) => (await load()).listEvents(values, terminal, positionals),
    );
  });
}

const load = () => import('./commands/whereby.ts');

function fillSimulate(simulate: Command, report: Report): void {
  const act = (name: string, summary: string, example: string) =>
    leaf(simulate, `${name} <room>`, { summary, example: `whereby simulate ${name} standup-3f2a${example}` });
  const named = (command: Command) =>
    command
      .option('--name <name>', 'Who does it, by the name they came with.')
      .option('--participant <id>', 'Or by their id, where several have one name.');

  for (const [name, summary, role] of [
    ['join', 'Somebody enters the room.', ' --role host'],
    ['knock', 'Somebody knocks at a locked room.', ''],
  ] as const) {
    const command = act(name, summary, ` --name "Ada Lovelace"${role}`)
      .requiredOption('--name <name>', 'By which name.')
      .option('--role <role>', 'host, visitor, viewer, recorder, …; visitor by default.')
      .option('--external-id <id>', 'Your own id of the person.');
    does(command, report, async (values, terminal, positionals) => (await load()).enter(name, values, terminal, positionals));
  }
  for (const [name, summary, who] of [
    ['leave', 'Somebody leaves the room.', 'Grace'],
    ['admit', 'A host lets somebody in who knocks.', 'Tim'],
    ['turn-away', 'A host does not let somebody in.', 'Eve'],
    ['cancel-knock', 'Somebody stops knocking.', 'Bob'],
  ] as const) {
    does(named(act(name, summary, ` --name ${who}`)), report, async (values, terminal, positionals) =>
      (await load()).actAs(name, {}, { values, terminal, positionals }),
    );
  }
  does(
    named(act('say', 'Somebody says something; transcriptions have it.', ' --name Ada --text "We ship on Friday."')).requiredOption(
      '--text <text>',
      'What is said.',
    ),
    report,
    async (values, terminal, positionals) => (await load()).actAs('say', { text: values.text }, { values, terminal, positionals }),
  );
  does(
    named(act('rate', 'Somebody rates the call.', ' --name Ada --rating 5'))
      .requiredOption('--rating <stars>', 'From 1 to 5.', wholeNumber)
      .option('--comment <comment>', 'What they write.'),
    report,
    async (values, terminal, positionals) =>
      (await load()).actAs('rate', { rating: values.rating, comment: values.comment }, { values, terminal, positionals }),
  );
  for (const [name, summary, path, body] of [
    ['end', 'Everybody leaves, and the session ends.', 'end', {}],
    ['lock', 'A host locks the room.', 'lock', { isLocked: true }],
    ['unlock', 'A host unlocks the room.', 'lock', { isLocked: false }],
    ['assistant', 'Somebody asks for an assistant.', 'assistant', {}],
  ] as const) {
    does(act(name, summary, ''), report, async (_values, terminal, positionals) =>
      (await load()).actIn({ path, body, done: summary }, terminal, positionals),
    );
  }
  for (const [name, noun] of [
    ['record', 'recording'],
    ['transcribe', 'transcription'],
  ] as const) {
    does(
      act(name, `Begin a ${noun}, or end it with --stop.`, '').option('--stop', 'End the one that goes on.'),
      report,
      async (values, terminal, positionals) => (await load()).media(noun, values, terminal, positionals),
    );
  }
  does(act('show', 'Show who is in the room and who knocks.', ''), report, async (_values, terminal, positionals) =>
    (await load()).showRoom(terminal, positionals),
  );
}

function fillWebhooks(webhooks: Command, report: Report): void {
  does(
    leaf(webhooks, 'add <url>', {
      summary: 'Tell an address what happens in rooms.',
      example: 'whereby webhooks add https://example.com/hook',
    })
      .option('--secret <secret>', 'What messages are signed with; one is made by default.')
      .option('--event <type...>', 'Only these, like room.session.ended; all by default.'),
    report,
    async (values, terminal, positionals) => (await load()).addWebhook(values, terminal, positionals),
  );
  does(leaf(webhooks, 'list', { summary: 'List who is told.', example: 'whereby webhooks list' }), report, async (_values, terminal) =>
    (await load()).listWebhooks(terminal),
  );
  does(
    leaf(webhooks, 'remove <id>', {
      summary: 'Tell an address nothing more.',
      example: 'whereby webhooks remove 6f1c2d34-0000-4000-8000-000000000001',
    }),
    report,
    async (_values, terminal, positionals) => (await load()).removeWebhook(terminal, positionals),
  );
}
