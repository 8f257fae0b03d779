import { useEffect, useState } from 'react';
import { useSelector } from '@xstate/react';
import { CommandCenter } from './commands/command-center.tsx';
import { HintProvider } from './components/ui/hint.tsx';
import { ConnectionBanner } from './connection/connection-banner.tsx';
import { HealthBanner } from './connection/health-banner.tsx';
import { ConversationDialogs } from './conversations/conversation-dialogs.tsx';
import { Sidebar } from './conversations/sidebar.tsx';
import { useConversationCommands } from './conversations/use-conversation-commands.ts';
import { DelegateDialog } from './goals/delegate.tsx';
import { useStartCommand } from './goals/use-start-command.ts';
import { LinkConfirmation } from './messages/external-link.tsx';
import { ToastRegion } from './notifications/toast-region.tsx';
import { SearchDialog } from './search/search-dialog.tsx';
import { useServices } from './services.tsx';
import { Navigation } from './shell/navigation.tsx';
import { useRoute } from './shell/route.ts';
import { SidebarSheet } from './shell/sidebar-sheet.tsx';
import { View } from './shell/view.tsx';

export function App() {
  const route = useRoute();
  const [menuOpen, setMenuOpen] = useState(false);
  const openMenu = () => setMenuOpen(true);
  const besideConversations = route.page === 'new' || route.page === 'conversation';
  useTitle();
  useConversationCommands();
  useStartCommand();
  return (
    <HintProvider delayDuration={500}>
      <LinkConfirmation>
        <div className="flex h-full">
          <aside className="hidden shrink-0 md:flex">
            <Navigation />
            {besideConversations && (
              <div className="w-70 border-r">
                <Sidebar />
              </div>
            )}
          </aside>
          <SidebarSheet open={menuOpen} onClose={() => setMenuOpen(false)} />
          <main className="flex min-w-0 flex-1 flex-col">
            <ConnectionBanner />
            <HealthBanner />
            <View route={route} onMenu={openMenu} />
            <ToastRegion />
          </main>
          <CommandCenter />
        </div>
        <ConversationDialogs />
        <DelegateDialog />
        <SearchDialog />
      </LinkConfirmation>
    </HintProvider>
  );
}

/** The tab says where one is, that somebody is working, and how much there is to read. */
function useTitle(): void {
  const route = useRoute();
  const title = useSelector(useServices().conversations.state, ({ conversations }) => {
    const current = conversations.find(({ id }) => route.page === 'conversation' && id === route.id);
    const working = conversations.some(({ answering }) => answering);
    const unread = conversations.reduce(
      (sum, { unread: some, archivedAt }) => sum + (archivedAt === null ? some : 0),
      0,
    );
    return `${unread > 0 ? `(${unread}) ` : ''}${working ? '● ' : ''}${current === undefined ? 'Nightshift' : `${current.title} · Nightshift`}`;
  });
  useEffect(() => {
    document.title = title;
  }, [title]);
}
