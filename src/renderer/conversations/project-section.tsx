import { ChevronRight, Ellipsis, PenLine, Plus, Trash2, Archive, ArchiveRestore } from 'lucide-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/ui/button.tsx';
import { cn } from '../components/ui/cn.ts';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuTrigger,
} from '../components/ui/dropdown-menu.tsx';
import type { ConversationId } from '../../protocol/ids.ts';
import { useServices } from '../services.tsx';
import { ask } from './asking.ts';
import { removeProject, setProjectArchived } from './care.ts';
import { ConversationItem, UnreadMark } from './conversation-item.tsx';
import type { ProjectSection as Section } from './sections.ts';
import { useFolded } from './use-folded.ts';

interface ProjectSectionProps {
  readonly section: Section;
  readonly currentId: ConversationId | null;
  readonly onChosen: (() => void) | undefined;
}

/** A project and its channels. Folded, it shows what is unread in them, and the channel that is on screen. */
export function ProjectSection({ section: { project, channels }, currentId, onChosen }: ProjectSectionProps) {
  const { t } = useTranslation('conversations');
  const services = useServices();
  const [folded, setFolded] = useFolded(project.id);
  const listId = useId();
  const shown = folded ? channels.filter(({ id }) => id === currentId) : channels;
  const hiddenUnread = folded ? channels.reduce((sum, { id, unread }) => sum + (id === currentId ? 0 : unread), 0) : 0;
  const isArchived = project.archivedAt !== null;
  return (
    <section aria-label={project.name}>
      <div className="group/item relative flex h-9 items-center rounded-lg hover:bg-tint-strong/60">
        <button
          type="button"
          aria-expanded={!folded}
          aria-controls={listId}
          aria-label={t('project.expand', { name: project.name })}
          onClick={() => setFolded(!folded)}
          className="flex h-full min-w-0 flex-1 items-center gap-1 rounded-lg pr-17 pl-1.5 text-left text-sm font-medium text-ink -outline-offset-2"
        >
          <ChevronRight
            size={15}
            aria-hidden
            className={cn('shrink-0 text-ink-faint transition-transform', !folded && 'rotate-90')}
          />
          <span translate="no" dir="auto" className="min-w-0 truncate">
            {project.name}
          </span>
        </button>
        {hiddenUnread > 0 && <UnreadMark count={hiddenUnread} />}
        <span className="absolute right-1 flex opacity-0 group-focus-within/item:opacity-100 group-hover/item:opacity-100 has-aria-expanded:opacity-100 pointer-coarse:opacity-100">
          <Button
            variant="ghost"
            size="small-icon"
            aria-label={t('newChannelIn', { name: project.name })}
            onClick={() => ask({ what: 'new-channel', projectId: project.id })}
          >
            <Plus size={16} aria-hidden />
          </Button>
          <DropdownMenu>
            <DropdownMenuTrigger asChild>
              <Button variant="ghost" size="small-icon" aria-label={t('moreFor', { title: project.name })}>
                <Ellipsis size={16} aria-hidden />
              </Button>
            </DropdownMenuTrigger>
            <DropdownMenuContent align="end">
              <DropdownMenuItem onSelect={() => ask({ what: 'new-channel', projectId: project.id })}>
                <Plus {...icon} />
                {t('newChannel')}
              </DropdownMenuItem>
              <DropdownMenuItem onSelect={() => ask({ what: 'rename-project', projectId: project.id })}>
                <PenLine {...icon} />
                {t('rename')}
              </DropdownMenuItem>
              <DropdownMenuItem onSelect={() => void setProjectArchived(services, project, !isArchived)}>
                {isArchived ? <ArchiveRestore {...icon} /> : <Archive {...icon} />}
                {t(isArchived ? 'unarchive' : 'archive')}
              </DropdownMenuItem>
              <DropdownMenuItem danger onSelect={() => void removeProject(services, project, channels)}>
                <Trash2 size={15} aria-hidden />
                {t('remove')}
              </DropdownMenuItem>
            </DropdownMenuContent>
          </DropdownMenu>
        </span>
      </div>
      <ul id={listId}>
        {shown.map((channel) => (
          <ConversationItem
            key={channel.id}
            conversation={channel}
            current={channel.id === currentId}
            onChosen={onChosen}
            indented
          />
        ))}
        {!folded && channels.length === 0 && (
          <li className="pl-7">
            <Button
              variant="ghost"
              size="small"
              onClick={() => ask({ what: 'new-channel', projectId: project.id })}
              className="-ml-1 px-2"
            >
              <Plus size={14} aria-hidden />
              {t('newChannel')}
            </Button>
          </li>
        )}
      </ul>
    </section>
  );
}

const icon = { size: 15, 'aria-hidden': true, className: 'text-ink-faint' } as const;
