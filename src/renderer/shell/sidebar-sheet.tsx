import { PortalTargetProvider } from '../components/ui/portal-target.ts';
import { useModal } from '../components/ui/use-modal.ts';
import { useTranslation } from 'react-i18next';
import { Sidebar } from '../conversations/sidebar.tsx';
import { Navigation } from './navigation.tsx';

/** The side bar over the page, where it does not fit beside it. */
export function SidebarSheet({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const { t } = useTranslation('shell');
  const { ref, dialog } = useModal(open, onClose);
  return (
    <dialog
      ref={ref}
      aria-label={t('menu')}
      onClose={onClose}
      className="m-0 h-dvh max-h-none w-[min(19rem,85vw)] border-r bg-rail p-0 text-ink shadow-float open:animate-rise md:hidden"
    >
      <PortalTargetProvider value={dialog}>
        {open && (
          <div className="flex h-full flex-col">
            <Navigation row onChosen={onClose} />
            <div className="min-h-0 flex-1">
              <Sidebar onChosen={onClose} />
            </div>
          </div>
        )}
      </PortalTargetProvider>
    </dialog>
  );
}
