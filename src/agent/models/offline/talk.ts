import type { Outcome, Scene } from './memory.ts';

const EXAMPLES = ['What do I have this week?', 'When am I free tomorrow?', 'What can people book with me?'];

export function greet({ memory }: Scene): Outcome {
  return { text: 'Hello! Shall I book something, or look at your calendar?', suggestions: EXAMPLES, memory: keep(memory) };
}

export function help({ memory }: Scene): Outcome {
  return {
    text: 'I look after your calendar: I can book, move and cancel meetings, show what you have, and find when you are free. For example: "Book 30 minutes with Ada Lovelace (ada@example.com) tomorrow at 14:00".',
    suggestions: EXAMPLES,
    memory: keep(memory),
  };
}

export function acknowledge({ memory }: Scene): Outcome {
  return { text: "You're welcome.", memory: keep(memory) };
}

/** Not a calendar's business: says so kindly, and what would be. */
export function decline({ memory }: Scene): Outcome {
  const lead = "That is outside what I can do; I'm here for your calendar.";
  if (memory.status === 'asking')
    return { text: `${lead} Shall we go on with what we were doing? Tell me what was missing, or say "never mind".`, memory: keep(memory) };
  return {
    text: `${lead} I can book, move or cancel a meeting, show what you have, or find when you are free.`,
    suggestions: EXAMPLES,
    memory: keep(memory),
  };
}

export function drop({ memory }: Scene): Outcome {
  if (memory.status === 'pending')
    return { text: 'Nothing is changed until you approve it. Press Deny on the card to drop it.', memory: { status: 'pending' } };
  return { text: 'Okay, nothing was changed.', memory: { status: 'idle' } };
}

export function unclearYes({ memory }: Scene): Outcome {
  if (memory.status === 'pending') return { text: 'Only you can approve it: press Approve on the card.', memory: { status: 'pending' } };
  if (memory.offered.length > 1) return { text: 'Which of those times shall I take?', memory: keep(memory) };
  if (memory.status === 'asking') return { text: 'Which one do you mean?', memory: keep(memory) };
  return { text: 'Good. What shall I do next?', suggestions: EXAMPLES, memory: { status: 'idle' } };
}

/** A choice where nothing was offered. */
export function unclearChoice({ memory }: Scene): Outcome {
  return { text: 'There is nothing to choose from just now. What shall I do?', suggestions: EXAMPLES, memory: keep(memory) };
}

/** A time or a name out of the blue. */
export function unclearFragment(text: string, { memory }: Scene): Outcome {
  return {
    text: `What shall I do with "${text}": book something, or show what you have?`,
    suggestions: [`What do I have ${text}?`],
    memory: keep(memory),
  };
}

/** An open question stays open. */
function keep({ status, question, askedFor, candidates, offered, offeredTypes, date }: Scene['memory']): Outcome['memory'] {
  return {
    status,
    candidates,
    offered,
    offeredTypes,
    ...(question === undefined ? {} : { question }),
    ...(askedFor === undefined ? {} : { askedFor }),
    ...(date === undefined ? {} : { date }),
  };
}
