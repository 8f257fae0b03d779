import { Ellipsis, PenLine, Trash2 } from 'lucide-react';
import { memo } from 'react';
import { Button } from '../components/ui/button.tsx';
import { cn } from '../components/ui/cn.ts';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuTrigger,
} from '../components/ui/dropdown-menu.tsx';
import type { ConversationView } from '../../protocol/views.ts';
import { hashOf } from '../shell/route.ts';

interface ItemProps {
  readonly conversation: ConversationView;
  readonly current: boolean;
  readonly onChosen: (() => void) | undefined;
  readonly onRename: () => void;
  readonly onRemove: () => void;
}

function stateOf({ answering, openJobs }: ConversationView): 'answering' | 'waiting' | null {
  if (answering) return 'answering';
  return openJobs > 0 ? 'waiting' : null;
}

export const ConversationItem = memo(
  function ConversationItem({ conversation, current, onChosen, onRename, onRemove }: ItemProps) {
    const state = stateOf(conversation);
    return (
      <li className="group/item relative">
        <a
          href={hashOf({ page: 'conversation', id: conversation.id })}
          aria-current={current ? 'page' : undefined}
          onClick={onChosen}
          className={cn(
            'flex h-9 items-center gap-2 rounded-lg pr-9 pl-3 text-sm transition-colors -outline-offset-2',
            current ? 'bg-tint-strong font-medium text-ink' : 'text-ink-soft hover:bg-tint-strong/60 hover:text-ink',
          )}
        >
          <span className="min-w-0 flex-1 truncate">{conversation.title}</span>
          {state !== null && <StateDot state={state} />}
        </a>
        <DropdownMenu>
          <DropdownMenuTrigger asChild>
            <Button
              variant="ghost"
              size="small-icon"
              aria-label={`More for ${conversation.title}`}
              className="absolute top-1 right-1 opacity-0 group-hover/item:opacity-100 focus-visible:opacity-100 aria-expanded:opacity-100 pointer-coarse:opacity-100"
            >
              <Ellipsis size={16} aria-hidden />
            </Button>
          </DropdownMenuTrigger>
          <DropdownMenuContent align="end">
            <DropdownMenuItem onSelect={onRename}>
              <PenLine size={15} aria-hidden className="text-ink-faint" />
              Rename
            </DropdownMenuItem>
            <DropdownMenuItem danger onSelect={onRemove}>
              <Trash2 size={15} aria-hidden />
              Remove
            </DropdownMenuItem>
          </DropdownMenuContent>
        </DropdownMenu>
      </li>
    );
  },
  (before, after) => before.conversation === after.conversation && before.current === after.current,
);

function StateDot({ state }: { readonly state: 'answering' | 'waiting' }) {
  return (
    <span
      role="img"
      aria-label={state === 'answering' ? 'Answering' : 'Waiting'}
      title={state === 'answering' ? 'Answering' : 'Waiting'}
      className={cn(
        'absolute right-4 size-2 rounded-full transition-opacity group-focus-within/item:opacity-0 group-hover/item:opacity-0',
        'pointer-coarse:right-10 pointer-coarse:opacity-100!',
        state === 'answering' ? 'animate-lamp bg-lamp' : 'border-[1.5px] border-ink-faint',
      )}
    />
  );
}
