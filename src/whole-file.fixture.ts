// Writes one letter many times over into a file, again and again, until it is killed; says when it has begun.
import { writeWholeFile } from './whole-file.ts';

const [path = '', letter = ''] = process.argv.slice(2);
for (let round = 0; ; round++) {
  writeWholeFile(path, letter.repeat(300_000));
  if (round === 0) process.send?.('begun');
  // What was sent goes out between two rounds.
  await new Promise((resolve) => setImmediate(resolve));
}
