import { type ReactNode, useEffect, useRef } from 'react';

export interface ModalProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly label: string;
  readonly className: string;
  readonly children: ReactNode;
}

/**
 * A modal dialog on the browser's own element: it traps and returns the focus, closes on Escape and makes the rest inert
 * without adding a style element, which the page's content policy would refuse.
 */
export function Modal({ isOpen, onClose, label, className, children }: ModalProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    if (isOpen && element?.open === false) element.showModal();
    if (!isOpen && element?.open === true) element.close();
  }, [isOpen]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the click is only on the backdrop; Escape does the same.
    <dialog
      ref={dialog}
      aria-label={label}
      className={className}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      {isOpen ? children : null}
    </dialog>
  );
}
