import { useEffect, useState } from 'react';
import { useSelector } from '@xstate/react';
import { HintProvider } from './components/ui/hint.tsx';
import { ConnectionBanner } from './connection/connection-banner.tsx';
import { HealthBanner } from './connection/health-banner.tsx';
import { ConversationPage } from './conversations/conversation-page.tsx';
import { NewPage } from './conversations/new-page.tsx';
import { useRoute } from './conversations/route.ts';
import { Sidebar } from './conversations/sidebar.tsx';
import { SidebarSheet } from './conversations/sidebar-sheet.tsx';
import { LinkConfirmation } from './messages/external-link.tsx';
import { useServices } from './services.tsx';

export function App() {
  const route = useRoute();
  const [menuOpen, setMenuOpen] = useState(false);
  const openMenu = () => setMenuOpen(true);
  useTitle();
  return (
    <HintProvider delayDuration={500}>
      <LinkConfirmation>
        <div className="flex h-full">
          <aside className="hidden w-70 shrink-0 border-r md:block">
            <Sidebar />
          </aside>
          <SidebarSheet open={menuOpen} onClose={() => setMenuOpen(false)} />
          <main className="flex min-w-0 flex-1 flex-col">
            <ConnectionBanner />
            <HealthBanner />
            {route.page === 'new' ? (
              <NewPage onMenu={openMenu} />
            ) : (
              <ConversationPage key={route.id} id={route.id} onMenu={openMenu} />
            )}
          </main>
        </div>
      </LinkConfirmation>
    </HintProvider>
  );
}

/** The tab says where one is, and that somebody is working. */
function useTitle(): void {
  const route = useRoute();
  const title = useSelector(useServices().conversations.state, ({ conversations }) => {
    const current = conversations.find(({ id }) => route.page === 'conversation' && id === route.id);
    const working = conversations.some(({ answering }) => answering);
    return `${working ? '● ' : ''}${current === undefined ? 'Nightshift' : `${current.title} · Nightshift`}`;
  });
  useEffect(() => {
    document.title = title;
  }, [title]);
}
