import { Monitor, Moon, Sun } from 'lucide-react';
import { useId } from 'react';
import { useCell } from '../client/cell.ts';
import { chooseTheme, type Theme, theme } from './theme.ts';

const CHOICES: readonly { readonly value: Theme; readonly label: string; readonly icon: typeof Sun }[] = [
  { value: 'system', label: 'System theme', icon: Monitor },
  { value: 'light', label: 'Light theme', icon: Sun },
  { value: 'dark', label: 'Dark theme', icon: Moon },
];

export function ThemeSwitch() {
  const current = useCell(theme);
  const group = useId();
  return (
    <fieldset className="flex rounded-lg bg-sunken p-0.5">
      <legend className="sr-only">Theme</legend>
      {CHOICES.map(({ value, label, icon: Icon }) => (
        <label
          key={value}
          title={label}
          className="relative grid h-8 w-9 cursor-pointer place-items-center rounded-md text-soft transition-colors hover:text-ink has-checked:bg-surface has-checked:text-ink has-checked:shadow-card has-focus-visible:outline-2 has-focus-visible:outline-accent"
        >
          <input
            type="radio"
            name={group}
            value={value}
            checked={current === value}
            onChange={() => chooseTheme(value)}
            className="absolute inset-0 cursor-pointer appearance-none outline-none"
          />
          <span className="sr-only">{label}</span>
          <Icon aria-hidden className="pointer-events-none size-4" strokeWidth={1.75} />
        </label>
      ))}
    </fieldset>
  );
}
