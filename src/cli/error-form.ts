/** How an error is told: as a sentence and what to do next, or as the envelope that programs read. */
export type ErrorForm = 'sentence' | 'json';

/**
 * The form that the words of a command line ask for: that of the result it would have printed. `undefined` where they say nothing: then it is JSON
 * unless standard output is a terminal.
 */
export function errorForm(argv: readonly string[]): ErrorForm | undefined {
  const end = argv.indexOf('--');
  const words = end === -1 ? argv : argv.slice(0, end);
  // What runs Kalends prints no result; its output is a log.
  let form: ErrorForm | undefined = words[0] === 'up' ? 'sentence' : undefined;
  for (const [index, word] of words.entries()) {
    if (word === '--json') form = 'json';
    else if (word === '--no-json') form = 'sentence';
    else if (word === '--format') form = FORMS[words[index + 1] ?? ''] ?? form;
    else if (word.startsWith('--format=')) form = FORMS[word.slice('--format='.length)] ?? form;
  }
  return form;
}

const FORMS: Readonly<Record<string, ErrorForm>> = {
  json: 'json',
  jsonl: 'json',
  card: 'sentence',
  table: 'sentence',
  csv: 'sentence',
  text: 'sentence',
  markdown: 'sentence',
};
