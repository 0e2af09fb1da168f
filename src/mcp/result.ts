import type { CallToolResult } from '@modelcontextprotocol/client';
import { AppError } from '../errors.ts';
import { LONGEST_WORDS, shorten } from './shortened.ts';

/** What a foreign tool answered, as plain data: its structured content, else its one text (parsed where it is a JSON object or list), else its parts. */
export function toData({ structuredContent, content = [], isError }: CallToolResult, tool: string): unknown {
  if (isError === true) {
    const text = content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
    throw new AppError('upstream', `The tool "${tool}" failed: ${text === '' ? 'it did not say why.' : shorten(text, LONGEST_WORDS)}`, {
      hint: 'The text is the words of the other server.',
    });
  }
  if (structuredContent !== undefined) return structuredContent;
  const [first] = content;
  if (content.length !== 1 || first?.type !== 'text') return content;
  // "123" and "true" stay the texts they are.
  if (!/^\s*[[{]/.test(first.text)) return first.text;
  try {
    return JSON.parse(first.text);
  } catch {
    return first.text;
  }
}
