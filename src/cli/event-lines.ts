/** The events of an answer of lines, however its pieces are cut. `Event` is what the owner writes there. */
export async function* readEvents<Event>(pieces: AsyncIterable<string>): AsyncIterable<Event> {
  let rest = '';
  for await (const piece of pieces) {
    const lines = `${rest}${piece}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as Event; // the owner is this very program
  }
}
