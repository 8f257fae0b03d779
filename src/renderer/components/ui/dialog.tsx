/**
 * A modal on the browser's own <dialog>: focus trap, Escape, inert background and top layer come with it, and unlike
 * libraries that lock scrolling it puts no <style> into the page, which the CSP would refuse.
 */
import { useId, type ReactNode } from 'react';
import { cn } from './cn.ts';
import { PortalTargetProvider } from './portal-target.ts';
import { useModal } from './use-modal.ts';

interface DialogProps {
  readonly open: boolean;
  /** Escape, or a click beside it. */
  readonly onClose: () => void;
  readonly title: string;
  readonly className?: string;
  readonly children: ReactNode;
}

export function Dialog({ open, onClose, title, className, children }: DialogProps) {
  const { ref, dialog } = useModal(open, onClose);
  const titleId = useId();
  return (
    <dialog
      ref={ref}
      aria-labelledby={titleId}
      onClose={onClose}
      className={cn(
        'm-auto w-[min(26rem,calc(100vw-2rem))] rounded-2xl border bg-raised p-0 text-ink shadow-float outline-none open:animate-rise',
        className,
      )}
    >
      {open && (
        <PortalTargetProvider value={dialog}>
          <div className="p-5">
            <h2 id={titleId} className="text-base font-semibold tracking-tight">
              {title}
            </h2>
            {children}
          </div>
        </PortalTargetProvider>
      )}
    </dialog>
  );
}

/** The row of buttons at a dialog's end. */
export function DialogActions({ children }: { readonly children: ReactNode }) {
  return <div className="mt-5 flex flex-wrap justify-end gap-2">{children}</div>;
}
