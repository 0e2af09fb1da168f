export interface SuggestionsProps {
  readonly suggestions: readonly string[];
  readonly onSay: (text: string) => void;
}

/** Sentences to say next, one click each. */
export function Suggestions({ suggestions, onSay }: SuggestionsProps) {
  return (
    <ul aria-label="Suggestions" className="rise flex flex-wrap gap-2">
      {suggestions.map((suggestion) => (
        <li key={suggestion}>
          <button
            type="button"
            onClick={() => onSay(suggestion)}
            className="min-h-9 rounded-full border border-line bg-surface px-3.5 py-1 text-left text-sm text-soft transition-colors hover:border-accent-line hover:bg-accent-wash hover:text-ink pointer-coarse:min-h-11"
          >
            {suggestion}
          </button>
        </li>
      ))}
    </ul>
  );
}
