import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useSelector } from '@xstate/react';
import { Button } from '../components/ui/button.tsx';
import type { ConversationView } from '../../protocol/views.ts';
import { PoolIndicator } from '../pool/pool-indicator.tsx';
import { useNow } from '../remote/use-now.ts';
import { useServices } from '../services.tsx';
import { ThemeMenu } from '../theme/theme-menu.tsx';
import { ConversationItem } from './conversation-item.tsx';
import { byDay } from './day-groups.ts';
import { Moon } from './moon.tsx';
import { RemoveDialog } from './remove-dialog.tsx';
import { RenameDialog } from './rename-dialog.tsx';
import { navigate, useRoute } from '../shell/route.ts';

interface SidebarProps {
  /** Something was chosen: a side bar that covers the page closes. */
  readonly onChosen?: () => void;
}

type Asking = { readonly what: 'rename' | 'remove'; readonly conversation: ConversationView };

export function Sidebar({ onChosen }: SidebarProps) {
  const { loaded, conversations } = useSelector(useServices().conversations.state, (list) => list);
  const route = useRoute();
  const [asking, setAsking] = useState<Asking | null>(null);
  const now = useNow(true, 60_000);
  const close = () => setAsking(null);
  return (
    <div className="flex h-full flex-col bg-rail">
      <header className="flex h-14 shrink-0 items-center gap-2.5 px-4">
        <Moon />
        <span className="text-[15px] font-semibold tracking-tight">Nightshift</span>
      </header>
      <div className="px-3 pb-3">
        <Button
          className="w-full justify-start rounded-xl"
          aria-current={route.page === 'new' ? 'page' : undefined}
          onClick={() => {
            navigate({ page: 'new' });
            onChosen?.();
          }}
        >
          <Plus size={16} aria-hidden className="text-lamp-text" />
          New conversation
        </Button>
      </div>
      <nav aria-label="Conversations" className="min-h-0 flex-1 overflow-y-auto px-2 pb-4">
        {loaded && conversations.length === 0 && (
          <p className="px-3 py-6 text-[13px] leading-relaxed text-ink-faint">
            Your conversations will be listed here. Several can be answered at the same time.
          </p>
        )}
        {byDay(conversations, now).map((group) => (
          <section key={group.label} aria-label={group.label}>
            <h2 className="px-3 pt-3 pb-1 text-xs font-medium text-ink-faint">{group.label}</h2>
            <ul>
              {group.conversations.map((conversation) => (
                <ConversationItem
                  key={conversation.id}
                  conversation={conversation}
                  current={route.page === 'conversation' && route.id === conversation.id}
                  onChosen={onChosen}
                  onRename={() => setAsking({ what: 'rename', conversation })}
                  onRemove={() => setAsking({ what: 'remove', conversation })}
                />
              ))}
            </ul>
          </section>
        ))}
      </nav>
      <footer className="flex shrink-0 items-center gap-1 border-t p-2">
        <PoolIndicator />
        <span className="ml-auto" />
        <ThemeMenu />
      </footer>
      <RenameDialog conversation={asking?.what === 'rename' ? asking.conversation : null} onClose={close} />
      <RemoveDialog conversation={asking?.what === 'remove' ? asking.conversation : null} onClose={close} />
    </div>
  );
}
