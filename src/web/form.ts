const MAXIMUM_BYTES = 20_000;

/** The fields of a form that was sent; `undefined` when it is too long. */
export async function readForm(request: Request): Promise<URLSearchParams | undefined> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of request.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MAXIMUM_BYTES) return undefined;
  }
  return new URLSearchParams(text + decoder.decode());
}
