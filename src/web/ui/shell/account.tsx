import type { Me } from '../client/me.ts';
import { ThemeSwitch } from './theme-switch.tsx';

/** The foot of the sidebar: whose calendar this is, who answers, and how the page looks. */
export function Account({ me }: { readonly me: Me }) {
  return (
    <div className="border-t border-line px-4 pt-4 pb-[max(1rem,env(safe-area-inset-bottom))]">
      <div className="flex items-center gap-3">
        <span aria-hidden className="grid size-9 shrink-0 place-items-center rounded-full bg-accent-wash text-sm font-semibold text-accent">
          {toInitials(me.user.name)}
        </span>
        <div className="min-w-0">
          <p className="truncate text-sm leading-tight font-medium">{me.user.name}</p>
          <p className="caption mt-0.5 truncate">{me.user.timeZone.replaceAll('_', ' ')}</p>
        </div>
      </div>
      <div className="mt-4 flex items-center justify-between gap-3">
        <ModelBadge model={me.model} />
        <ThemeSwitch />
      </div>
    </div>
  );
}

function ModelBadge({ model }: { readonly model: Me['model'] }) {
  const isOffline = model.kind === 'offline';
  const explanation = isOffline
    ? 'Sentences are understood on this machine; nothing is sent to a model provider.'
    : `Sentences are sent to the model "${model.name}".`;
  return (
    <p className="caption flex min-w-0 items-center gap-2" title={explanation} data-testid="model-badge">
      <span aria-hidden className={`size-1.5 shrink-0 rounded-full ${isOffline ? 'bg-good' : 'bg-accent'}`} />
      <span className="truncate">{isOffline ? 'Offline model' : model.name}</span>
    </p>
  );
}

function toInitials(name: string): string {
  const words = name.split(/\s+/).filter((word) => word !== '');
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => word?.[0] ?? '');
  return letters.join('').toLocaleUpperCase() || '?';
}
