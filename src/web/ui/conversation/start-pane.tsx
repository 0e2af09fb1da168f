import { useEffect, useRef, useState } from 'react';
import { type RequestFailure, toRequestFailure } from '../client/failure.ts';
import type { Me } from '../client/me.ts';
import type { Workspace } from '../client/workspace.ts';
import { Composer } from './composer.tsx';
import { Footing } from './conversation-pane.tsx';
import { FailureNote } from './failure-note.tsx';
import { Welcome } from './welcome.tsx';

export interface StartPaneProps {
  readonly me: Me;
  readonly workspace: Workspace;
  /** The conversation that the first sentence made. */
  readonly onStart: (id: string) => void;
}

/** The start page; the first sentence makes the conversation it belongs to. */
export function StartPane({ me, workspace, onStart }: StartPaneProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  const [starting, setStarting] = useState<string>();
  const [failed, setFailed] = useState<{ readonly text: string; readonly failure: RequestFailure }>();

  useEffect(() => {
    if (!matchMedia('(pointer: coarse)').matches) field.current?.focus();
  }, []);

  const say = async (text: string): Promise<void> => {
    if (starting !== undefined) return;
    setStarting(text);
    setFailed(undefined);
    try {
      const conversation = await workspace.create();
      void conversation.send(text);
      onStart(conversation.id);
    } catch (error) {
      setFailed({ text, failure: toRequestFailure(error) });
    }
    setStarting(undefined);
  };

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <Welcome me={me} timeZone={workspace.timeZone} onSay={(text) => void say(text)} />
      <Footing>
        {failed === undefined ? null : (
          <div className="pb-3">
            <FailureNote message={failed.failure.message} hint={failed.failure.hint} onRetry={() => void say(failed.text)} />
          </div>
        )}
        <Composer
          field={field}
          isBusy={starting !== undefined}
          placeholder="Say what you need"
          history={[]}
          onSend={(text) => void say(text)}
          onStop={() => undefined}
        />
      </Footing>
    </div>
  );
}
