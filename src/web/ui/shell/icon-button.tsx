import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children' | 'aria-label'> {
  readonly icon: LucideIcon;
  /** Its accessible name, also shown when the pointer rests on it. */
  readonly label: string;
}

/** A button that is only a picture; it always has a name. */
export function IconButton({ icon: Icon, label, className = '', ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={`inline-flex size-9 shrink-0 items-center justify-center rounded-lg text-soft transition-colors hover:bg-sunken hover:text-ink pointer-coarse:size-11 ${className}`}
      {...rest}
    >
      <Icon aria-hidden className="size-[1.125rem]" strokeWidth={1.75} />
    </button>
  );
}
