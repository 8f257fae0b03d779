import { Ellipsis, Hash } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/ui/button.tsx';
import { cn } from '../components/ui/cn.ts';
import { DropdownMenu, DropdownMenuContent, DropdownMenuTrigger } from '../components/ui/dropdown-menu.tsx';
import type { ConversationView } from '../../protocol/views.ts';
import { hashOf } from '../shell/route.ts';
import { ConversationMenuItems } from './conversation-menu.tsx';

interface ItemProps {
  readonly conversation: ConversationView;
  readonly current: boolean;
  readonly onChosen: (() => void) | undefined;
  /** A channel below its project. */
  readonly indented?: boolean;
}

function stateOf({ answering, openJobs }: ConversationView): 'answering' | 'waiting' | null {
  if (answering) return 'answering';
  return openJobs > 0 ? 'waiting' : null;
}

export const ConversationItem = memo(
  function ConversationItem({ conversation, current, onChosen, indented = false }: ItemProps) {
    const { t } = useTranslation('conversations');
    const { title, unread, kind } = conversation;
    const state = stateOf(conversation);
    return (
      <li className="group/item relative">
        <a
          href={hashOf({ page: 'conversation', id: conversation.id })}
          aria-current={current ? 'page' : undefined}
          onClick={onChosen}
          className={cn(
            'flex h-9 items-center gap-2 rounded-lg pr-9 pl-3 text-sm transition-colors -outline-offset-2',
            indented && 'pl-7',
            current ? 'bg-tint-strong font-medium text-ink' : 'text-ink-soft hover:bg-tint-strong/60 hover:text-ink',
            unread > 0 && 'font-semibold text-ink',
            // Where the menu's button is always there, the mark stands beside it.
            (state !== null || unread > 0) && 'pointer-coarse:pr-18',
          )}
        >
          {kind === 'channel' && <Hash size={14} aria-hidden className="-mr-1 shrink-0 text-ink-faint" />}
          <span translate="no" dir="auto" className="min-w-0 flex-1 truncate">
            {title}
          </span>
          {state !== null && <StateDot state={state} />}
          {state === null && unread > 0 && <UnreadMark count={unread} />}
        </a>
        <DropdownMenu>
          <DropdownMenuTrigger asChild>
            <Button
              variant="ghost"
              size="small-icon"
              aria-label={t('moreFor', { title })}
              className="absolute top-1 right-1 opacity-0 group-hover/item:opacity-100 focus-visible:opacity-100 aria-expanded:opacity-100 pointer-coarse:opacity-100"
            >
              <Ellipsis size={16} aria-hidden />
            </Button>
          </DropdownMenuTrigger>
          <DropdownMenuContent align="end">
            <ConversationMenuItems conversation={conversation} />
          </DropdownMenuContent>
        </DropdownMenu>
      </li>
    );
  },
  (before, after) =>
    before.conversation === after.conversation &&
    before.current === after.current &&
    before.onChosen === after.onChosen &&
    before.indented === after.indented,
);

/** Gives way to the menu's button, which stands in its place. */
const beneathMenu =
  'absolute right-4 transition-opacity group-focus-within/item:opacity-0 group-hover/item:opacity-0 pointer-coarse:right-10 pointer-coarse:opacity-100!';

function StateDot({ state }: { readonly state: 'answering' | 'waiting' }) {
  const { t } = useTranslation('conversations');
  return (
    <span
      role="img"
      aria-label={t(state)}
      title={t(state)}
      className={cn(
        beneathMenu,
        'size-2 rounded-full',
        state === 'answering' ? 'animate-lamp bg-lamp' : 'border-[1.5px] border-ink-faint',
      )}
    />
  );
}

const mostShown = 99;

export function UnreadMark({ count, className }: { readonly count: number; readonly className?: string }) {
  const { t } = useTranslation('conversations');
  return (
    <span
      role="img"
      aria-label={t('unread', { count })}
      className={cn(
        beneathMenu,
        'right-2.5 min-w-5 rounded-full bg-lamp px-1.5 text-center text-[0.6875rem] leading-5 font-semibold text-on-lamp tabular-nums',
        className,
      )}
    >
      {count > mostShown ? `${mostShown}+` : count}
    </span>
  );
}
