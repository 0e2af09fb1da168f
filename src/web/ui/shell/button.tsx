import type { ComponentProps } from 'react';

const LOOKS = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong aria-disabled:bg-accent aria-disabled:opacity-60',
  danger: 'bg-bad text-on-accent hover:brightness-95 aria-disabled:opacity-60',
  outline: 'border border-edge bg-surface text-ink hover:bg-sunken aria-disabled:bg-surface aria-disabled:opacity-60',
  quiet: 'text-soft hover:bg-sunken hover:text-ink',
} as const;

export interface ButtonProps extends ComponentProps<'button'> {
  readonly look?: keyof typeof LOOKS;
}

/** A button with words. To switch it off for a moment without losing the focus, set `aria-disabled` and ignore the click. */
export function Button({ look = 'outline', className = '', type = 'button', ...rest }: ButtonProps) {
  return (
    <button
      type={type}
      className={`inline-flex min-h-10 items-center justify-center gap-2 rounded-xl px-4 text-sm font-medium transition-colors select-none pointer-coarse:min-h-11 ${LOOKS[look]} ${className}`}
      {...rest}
    />
  );
}
