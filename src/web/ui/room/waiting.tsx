import { Button } from '../shell/button.tsx';
import { Sign } from './sign.tsx';
import type { RoomState, Visit } from './visit.ts';

/** At the door of a locked room. */
export function Waiting({ state, title, visit }: { readonly state: RoomState; readonly title: string; readonly visit: Visit }) {
  return (
    <Sign
      title="You knocked"
      picture={
        <span aria-hidden className="flex gap-1.5">
          {['', '[animation-delay:160ms]', '[animation-delay:320ms]'].map((delay) => (
            <span key={delay} className={`pulse-dot size-2.5 rounded-full bg-accent ${delay}`} />
          ))}
        </span>
      }
    >
      <p>A host of “{title}” sees your name and lets you in. Keep this page open.</p>
      {state.problem === undefined ? null : (
        <p role="alert" className="text-sm text-bad">
          {state.problem}
        </p>
      )}
      <Button aria-disabled={state.isBusy} onClick={() => void visit.leave()}>
        Stop waiting
      </Button>
    </Sign>
  );
}
