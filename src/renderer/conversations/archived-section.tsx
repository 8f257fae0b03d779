import { ArchiveRestore, ChevronRight } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/ui/button.tsx';
import { cn } from '../components/ui/cn.ts';
import type { ConversationId } from '../../protocol/ids.ts';
import type { ProjectView } from '../../protocol/projects.ts';
import type { ConversationView } from '../../protocol/views.ts';
import { formatNumber } from '../i18n/format.ts';
import { useServices } from '../services.tsx';
import { setProjectArchived } from './care.ts';
import { ConversationItem } from './conversation-item.tsx';
import { useFolded } from './use-folded.ts';

const pageSize = 100;

interface ArchivedSectionProps {
  readonly conversations: readonly ConversationView[];
  readonly projects: readonly ProjectView[];
  readonly currentId: ConversationId | null;
  readonly onChosen: (() => void) | undefined;
}

/** What was put away: folded until one asks for it. */
export function ArchivedSection({ conversations, projects, currentId, onChosen }: ArchivedSectionProps) {
  const { t } = useTranslation('conversations');
  const services = useServices();
  const [folded, setFolded] = useFolded('archived', true);
  const [limit, setLimit] = useState(pageSize);
  const listId = useId();
  if (conversations.length === 0 && projects.length === 0) return null;
  return (
    <section aria-label={t('archived')} className="mt-3">
      <button
        type="button"
        aria-expanded={!folded}
        aria-controls={listId}
        onClick={() => setFolded(!folded)}
        className="flex h-8 w-full items-center gap-1 rounded-lg pr-3 pl-1.5 text-xs font-medium text-ink-faint -outline-offset-2 hover:bg-tint-strong/60 hover:text-ink"
      >
        <ChevronRight size={14} aria-hidden className={cn('shrink-0 transition-transform', !folded && 'rotate-90')} />
        {t('archived')}
        <span className="ml-auto tabular-nums">{formatNumber(conversations.length + projects.length)}</span>
      </button>
      {!folded && (
        <ul id={listId}>
          {projects.map((project) => (
            <li key={project.id} className="flex h-9 items-center gap-2 pr-1 pl-3 text-sm text-ink-soft">
              <span translate="no" dir="auto" className="min-w-0 flex-1 truncate font-medium">
                {project.name}
              </span>
              <Button
                variant="ghost"
                size="small-icon"
                aria-label={`${t('unarchive')}: ${project.name}`}
                onClick={() => void setProjectArchived(services, project, false)}
              >
                <ArchiveRestore size={15} aria-hidden />
              </Button>
            </li>
          ))}
          {conversations.slice(0, limit).map((conversation) => (
            <ConversationItem
              key={conversation.id}
              conversation={conversation}
              current={conversation.id === currentId}
              onChosen={onChosen}
            />
          ))}
          {conversations.length > limit && (
            <li>
              <Button variant="ghost" size="small" className="mt-1 ml-1" onClick={() => setLimit(limit + pageSize)}>
                {t('showOlder')}
              </Button>
            </li>
          )}
        </ul>
      )}
    </section>
  );
}
