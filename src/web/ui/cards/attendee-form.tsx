import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { Button } from '../shell/button.tsx';

export interface Attendee {
  readonly name: string;
  readonly email: string;
}

export interface AttendeeFormProps {
  /** "Fri 11 Jan 2030, 14:00" */
  readonly when: string;
  readonly onCancel: () => void;
  readonly onSubmit: (attendee: Attendee) => void;
}

/** Asks whom a chosen slot is for. */
export function AttendeeForm({ when, onCancel, onSubmit }: AttendeeFormProps) {
  const [problem, setProblem] = useState<{ readonly field: 'name' | 'email'; readonly text: string }>();
  const first = useRef<HTMLInputElement>(null);
  const id = useId();
  useEffect(() => first.current?.focus(), []);

  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const name = String(data.get('name') ?? '').trim();
    const email = String(data.get('email') ?? '').trim();
    const found = findProblem(name, email);
    setProblem(found);
    if (found === undefined) onSubmit({ name, email });
    else event.currentTarget.querySelector<HTMLInputElement>(`[name=${found.field}]`)?.focus();
  };

  return (
    <form
      noValidate
      aria-label={`Who is the meeting on ${when} with?`}
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onCancel();
      }}
      className="rise border-t border-line bg-accent-wash px-4 py-4 sm:px-5"
    >
      <p className="text-sm">
        <strong className="font-semibold tabular-nums">{when}</strong>
        <span className="text-soft"> · who is it with?</span>
      </p>
      <div className="mt-3 grid gap-3 sm:grid-cols-2">
        {(['name', 'email'] as const).map((field) => {
          const isWrong = problem?.field === field;
          return (
            <label key={field} className="block text-sm font-medium">
              {field === 'name' ? 'Name' : 'Email'}
              <input
                ref={field === 'name' ? first : undefined}
                name={field}
                type={field === 'name' ? 'text' : 'email'}
                autoComplete="off"
                spellCheck={false}
                aria-invalid={isWrong || undefined}
                aria-describedby={isWrong ? `${id}-problem` : undefined}
                className="mt-1 block h-10 w-full rounded-lg border border-edge bg-surface px-3 text-base font-normal aria-invalid:border-bad pointer-coarse:h-11 sm:text-sm"
              />
            </label>
          );
        })}
      </div>
      {problem === undefined ? null : (
        <p id={`${id}-problem`} role="alert" className="mt-2 text-sm text-bad">
          {problem.text}
        </p>
      )}
      <div className="mt-4 flex gap-2">
        <Button type="submit" look="primary">
          Continue
        </Button>
        <Button look="quiet" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

function findProblem(name: string, email: string): { readonly field: 'name' | 'email'; readonly text: string } | undefined {
  if (name === '') return { field: 'name', text: 'Give the name of the person you meet.' };
  if (email === '') return { field: 'email', text: 'Give the email address the invitation goes to.' };
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) return { field: 'email', text: `“${email}” is not an email address.` };
  return undefined;
}
