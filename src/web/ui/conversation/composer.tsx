import { ArrowUp, Square } from 'lucide-react';
import { type KeyboardEvent, type RefObject, useLayoutEffect, useState } from 'react';

export interface ComposerProps {
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly isBusy: boolean;
  readonly placeholder: string;
  /** What the person said before, oldest first; ArrowUp brings it back. */
  readonly history: readonly string[];
  readonly onSend: (text: string) => void;
  readonly onStop: () => void;
}

/** The service takes no more. */
const LONGEST_MESSAGE = 8_000;

/** Where sentences are written: Enter sends, Shift+Enter breaks the line, Escape stops the answer. */
export function Composer({ field, isBusy, placeholder, history, onSend, onStop }: ComposerProps) {
  const [text, setText] = useState('');
  const [recalled, setRecalled] = useState<number>();

  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text.
  useLayoutEffect(() => {
    const area = field.current;
    if (area === null) return;
    area.style.height = 'auto';
    area.style.height = `${area.scrollHeight}px`;
  }, [text, field]);

  const send = (): void => {
    const sentence = text.trim();
    if (sentence === '' || isBusy) return;
    onSend(sentence);
    setText('');
    setRecalled(undefined);
  };

  const recall = (step: -1 | 1): boolean => {
    const from = recalled ?? history.length;
    const to = from + step;
    const isUntouched = recalled === undefined ? text === '' : text === history[recalled];
    if (!isUntouched || to < 0 || (recalled === undefined && step === 1)) return false;
    setRecalled(to >= history.length ? undefined : to);
    setText(history[to] ?? '');
    return true;
  };

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      send();
    }
    if (event.key === 'ArrowUp' && recall(-1)) event.preventDefault();
    if (event.key === 'ArrowDown' && recall(1)) event.preventDefault();
    if (event.key === 'Escape' && isBusy) onStop();
  };

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      className="relative flex items-end gap-2 rounded-[1.375rem] border border-edge bg-surface p-1.5 pl-4 shadow-card transition-colors focus-within:border-accent focus-within:ring-4 focus-within:ring-accent-wash"
    >
      <textarea
        ref={field}
        rows={1}
        value={text}
        maxLength={LONGEST_MESSAGE}
        aria-label="Message"
        placeholder={placeholder}
        enterKeyHint="send"
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
        className="thin-scroll max-h-48 min-h-10 flex-1 resize-none self-center bg-transparent py-2 text-base leading-6 outline-none placeholder:text-soft sm:text-[0.9375rem]"
      />
      {isBusy ? (
        <button
          type="button"
          aria-label="Stop"
          title="Stop (Escape)"
          onClick={onStop}
          className="grid size-10 shrink-0 place-items-center rounded-full bg-ink text-paper transition-opacity hover:opacity-85 pointer-coarse:size-11"
        >
          <Square aria-hidden className="size-3.5 fill-current" />
        </button>
      ) : (
        <button
          type="submit"
          aria-label="Send"
          title="Send (Enter)"
          aria-disabled={text.trim() === '' || undefined}
          className="grid size-10 shrink-0 place-items-center rounded-full bg-accent text-on-accent transition-colors hover:bg-accent-strong aria-disabled:bg-sunken aria-disabled:text-soft pointer-coarse:size-11"
        >
          <ArrowUp aria-hidden className="size-[1.125rem]" strokeWidth={2} />
        </button>
      )}
    </form>
  );
}
