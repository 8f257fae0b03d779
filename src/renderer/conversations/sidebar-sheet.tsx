import { PortalTargetProvider } from '../components/ui/portal-target.ts';
import { useModal } from '../components/ui/use-modal.ts';
import { Sidebar } from './sidebar.tsx';

/** The side bar over the page, where it does not fit beside it. */
export function SidebarSheet({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const { ref, dialog } = useModal(open, onClose);
  return (
    <dialog
      ref={ref}
      aria-label="Conversations"
      onClose={onClose}
      className="m-0 h-dvh max-h-none w-[min(19rem,85vw)] border-r bg-rail p-0 text-ink shadow-float open:animate-rise md:hidden"
    >
      <PortalTargetProvider value={dialog}>{open && <Sidebar onChosen={onClose} />}</PortalTargetProvider>
    </dialog>
  );
}
