/** What was found, by conversation. Each line is an option; the chosen one is marked, the focus stays in the field. */
import { Archive, MessageSquare, Sparkles } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConversationHits, SearchHit, TextPiece } from '../../protocol/search.ts';
import { cn } from '../components/ui/cn.ts';
import { formatDateTime } from '../i18n/format.ts';
import type { Route } from '../shell/route.ts';

/** The options in the order in which they are shown. */
export function optionsOf(conversations: readonly ConversationHits[]): Route[] {
  return conversations.flatMap(({ conversationId: id, hits }) => [
    { page: 'conversation' as const, id },
    ...hits.map(({ messageId }) => ({ page: 'conversation' as const, id, messageId })),
  ]);
}

interface ResultListProps {
  readonly id: string;
  readonly conversations: readonly ConversationHits[];
  readonly chosen: number;
  readonly optionId: (index: number) => string;
  readonly onPoint: (index: number) => void;
  readonly onOpen: (index: number) => void;
}

export function ResultList({ id, conversations, chosen, optionId, onPoint, onOpen }: ResultListProps) {
  const { t } = useTranslation('search');
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  let next = 0;
  const option = (className: string) => {
    const index = next;
    next += 1;
    return {
      id: optionId(index),
      role: 'option',
      'aria-selected': index === chosen,
      onPointerMove: () => onPoint(index),
      onClick: () => onOpen(index),
      className: cn('cursor-pointer rounded-lg px-3', index === chosen && 'bg-tint-strong', className),
    } as const;
  };
  return (
    <div ref={list} id={id} role="listbox" aria-label={t('results')} className="min-h-0 space-y-3 overflow-y-auto">
      {conversations.map((conversation) => (
        <div
          key={conversation.conversationId}
          role="group"
          aria-label={conversation.title.map(({ text }) => text).join('')}
        >
          <div {...option('flex items-center gap-2 py-1.5 text-sm font-medium')}>
            <MessageSquare size={15} aria-hidden className="shrink-0 text-ink-faint" />
            <span translate="no" dir="auto" className="min-w-0 truncate">
              <Pieces pieces={conversation.title} />
            </span>
            {conversation.archived && (
              <Archive size={14} role="img" aria-label={t('archived')} className="shrink-0 text-ink-faint" />
            )}
          </div>
          {conversation.hits.map((hit) => (
            <div key={hit.messageId} {...option('py-1.5 pl-9')}>
              <Hit hit={hit} />
            </div>
          ))}
          {conversation.hitCount > conversation.hits.length && (
            <p className="px-3 pt-1 pl-9 text-xs text-ink-soft">
              {t('moreHits', { count: conversation.hitCount - conversation.hits.length })}
            </p>
          )}
        </div>
      ))}
    </div>
  );
}

function Hit({ hit }: { readonly hit: SearchHit }) {
  const { t } = useTranslation('search');
  return (
    <>
      <p translate="no" dir="auto" className="line-clamp-2 text-[0.8125rem] leading-snug wrap-anywhere">
        <Pieces pieces={hit.snippet} />
      </p>
      <p className="mt-0.5 flex items-center gap-1.5 text-xs text-ink-soft">
        {hit.role === 'assistant' && <Sparkles size={12} aria-hidden />}
        {hit.role === 'user' ? t('you') : hit.author === null ? t('answer') : <span translate="no">{hit.author}</span>}
        <span aria-hidden>·</span>
        <time dateTime={new Date(hit.createdAt).toISOString()}>{formatDateTime(hit.createdAt)}</time>
      </p>
    </>
  );
}

function Pieces({ pieces }: { readonly pieces: readonly TextPiece[] }) {
  return pieces.map(({ text, hit }, index) =>
    hit ? (
      // The pieces of one text never change places.
      <mark key={index} className="rounded-sm bg-lamp/35 text-ink">
        {text}
      </mark>
    ) : (
      text
    ),
  );
}
