import type { ConversationSummary } from '../../../agent/messages.ts';
import { Button } from './button.tsx';
import { Modal } from './modal.tsx';

export interface DeleteDialogProps {
  readonly conversation: ConversationSummary | undefined;
  readonly onCancel: () => void;
  readonly onDelete: (id: string) => void;
}

export function DeleteDialog({ conversation, onCancel, onDelete }: DeleteDialogProps) {
  return (
    <Modal
      isOpen={conversation !== undefined}
      onClose={onCancel}
      label="Delete conversation"
      className="m-auto w-[min(26rem,calc(100vw-2rem))] rounded-2xl border border-line bg-surface p-0 shadow-float"
    >
      {conversation === undefined ? null : (
        <div className="p-6">
          <h2 className="text-base font-semibold">Delete this conversation?</h2>
          <p className="mt-2 text-sm text-soft">“{conversation.title}” goes away for good. Bookings made in it stay in your calendar.</p>
          <div className="mt-6 flex justify-end gap-2">
            <Button onClick={onCancel}>Keep</Button>
            <Button look="danger" onClick={() => onDelete(conversation.id)}>
              Delete
            </Button>
          </div>
        </div>
      )}
    </Modal>
  );
}
