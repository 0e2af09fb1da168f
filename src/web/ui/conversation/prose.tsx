import { Fragment, type ReactNode } from 'react';

/** An answer's text: paragraphs, lists, **strong** and `code`; whatever else a model writes stays as it is. */
export function Prose({ text }: { readonly text: string }) {
  return (
    <div className="space-y-3 wrap-anywhere">
      {toBlocks(text).map((block) => (
        <Fragment key={block.at}>{drawBlock(block)}</Fragment>
      ))}
    </div>
  );
}

interface Block {
  readonly at: number;
  readonly kind: 'paragraph' | 'bullets' | 'numbers';
  readonly lines: readonly string[];
}

const MARKER = /^\s*(?:([-*•])|\d{1,3}[.)])\s+/;

function toBlocks(text: string): readonly Block[] {
  const blocks: Block[] = [];
  let open: { at: number; kind: Block['kind']; lines: string[] } | undefined;
  for (const [at, line] of text.split('\n').entries()) {
    const marker = MARKER.exec(line);
    const kind = marker === null ? 'paragraph' : marker[1] === undefined ? 'numbers' : 'bullets';
    if (line.trim() === '') open = undefined;
    else if (open?.kind === kind) open.lines.push(line.replace(MARKER, ''));
    else {
      open = { at, kind, lines: [line.replace(MARKER, '')] };
      blocks.push(open);
    }
  }
  return blocks;
}

function drawBlock({ kind, lines }: Block): ReactNode {
  if (kind === 'paragraph') return <p className="whitespace-pre-line">{drawInline(lines.join('\n'))}</p>;
  const List = kind === 'bullets' ? 'ul' : 'ol';
  return (
    <List className={`space-y-1 pl-5 marker:text-soft ${kind === 'bullets' ? 'list-disc' : 'list-decimal'}`}>
      {lines.map((line) => (
        <li key={line}>{drawInline(line)}</li>
      ))}
    </List>
  );
}

function drawInline(text: string): ReactNode {
  return text.split(/(\*\*[^*\n]+\*\*|`[^`\n]+`)/).map((piece, at) => {
    // The pieces of a growing text keep their places, so the index is a true key.
    const key = `${at}`;
    if (at % 2 === 0) return <Fragment key={key}>{piece}</Fragment>;
    if (piece.startsWith('`')) {
      return (
        <code key={key} className="rounded bg-sunken px-1 py-0.5 font-mono text-[0.875em]">
          {piece.slice(1, -1)}
        </code>
      );
    }
    return (
      <strong key={key} className="font-semibold">
        {piece.slice(2, -2)}
      </strong>
    );
  });
}
