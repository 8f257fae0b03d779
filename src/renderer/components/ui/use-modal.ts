import { useEffect, useState, type RefCallback } from 'react';

interface Modal {
  readonly ref: RefCallback<HTMLDialogElement>;
  /** The element once it is there. */
  readonly dialog: HTMLDialogElement | null;
}

/** Opens and closes a `<dialog>` as a modal, and closes it on a click beside its content (Escape it does by itself). */
export function useModal(open: boolean, onClose: () => void): Modal {
  const [dialog, setDialog] = useState<HTMLDialogElement | null>(null);
  useEffect(() => {
    if (dialog === null || dialog.open === open) return;
    if (open) dialog.showModal();
    else dialog.close();
  }, [dialog, open]);
  useEffect(() => {
    if (dialog === null) return undefined;
    const onClick = (event: MouseEvent) => {
      // The content covers the dialog: only its backdrop has the dialog itself as the target.
      if (event.target === dialog) onClose();
    };
    dialog.addEventListener('click', onClick);
    return () => dialog.removeEventListener('click', onClick);
  }, [dialog, onClose]);
  return { ref: setDialog, dialog };
}
