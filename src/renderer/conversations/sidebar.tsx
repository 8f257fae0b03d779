import { FolderPlus, Plus } from 'lucide-react';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSelector } from '@xstate/react';
import { Button } from '../components/ui/button.tsx';
import { Hint } from '../components/ui/hint.tsx';
import type { ConversationView } from '../../protocol/views.ts';
import { PoolIndicator } from '../pool/pool-indicator.tsx';
import { useNow } from '../remote/use-now.ts';
import { ImportButton } from '../conversation-files/import-button.tsx';
import { SearchButton } from '../search/search-button.tsx';
import { useServices } from '../services.tsx';
import { ThemeMenu } from '../theme/theme-menu.tsx';
import { ArchivedSection } from './archived-section.tsx';
import { ask } from './asking.ts';
import { ConversationItem } from './conversation-item.tsx';
import { byDay } from './day-groups.ts';
import { Moon } from './moon.tsx';
import { ProjectSection } from './project-section.tsx';
import { sectionsOf } from './sections.ts';
import { navigate, useRoute } from '../shell/route.ts';

interface SidebarProps {
  /** Something was chosen: a side bar that covers the page closes. */
  readonly onChosen?: () => void;
}

/** Direct messages drawn at first, and with each press on "Show older ones": the browser draws hundreds at once, not thousands. */
const pageSize = 100;

export function Sidebar({ onChosen }: SidebarProps) {
  const { t } = useTranslation('conversations');
  const services = useServices();
  const { loaded, conversations } = useSelector(services.conversations.state, (list) => list);
  const { projects } = useSelector(services.projects, (list) => list);
  const sections = useMemo(() => sectionsOf(conversations, projects), [conversations, projects]);
  const route = useRoute();
  const currentId = route.page === 'conversation' ? route.id : null;
  const [limit, setLimit] = useState(pageSize);
  const now = useNow(true, 60_000);
  const itemOf = (conversation: ConversationView) => (
    <ConversationItem
      key={conversation.id}
      conversation={conversation}
      current={conversation.id === currentId}
      onChosen={onChosen}
    />
  );
  const isEmpty = conversations.length === 0 && projects.length === 0;
  return (
    <div className="flex h-full flex-col bg-rail">
      <header className="flex h-14 shrink-0 items-center gap-2.5 px-4">
        <Moon />
        <span translate="no" className="text-[0.9375rem] font-semibold tracking-tight">
          Nightshift
        </span>
        <span className="ml-auto" />
        <ImportButton onImported={onChosen} />
        <SearchButton onOpened={onChosen} />
      </header>
      <div className="flex gap-1.5 px-3 pb-3">
        <Button
          className="min-w-0 flex-1 justify-start rounded-xl"
          aria-current={route.page === 'new' ? 'page' : undefined}
          onClick={() => {
            navigate({ page: 'new' });
            onChosen?.();
          }}
        >
          <Plus size={16} aria-hidden className="text-lamp-text" />
          <span className="truncate">{t('new')}</span>
        </Button>
        <Hint text={t('newProject')}>
          <Button
            size="icon"
            className="rounded-xl"
            aria-label={t('newProject')}
            onClick={() => ask({ what: 'new-project' })}
          >
            <FolderPlus size={16} aria-hidden />
          </Button>
        </Hint>
      </div>
      <nav aria-label={t('list')} className="min-h-0 flex-1 overflow-y-auto px-2 pb-4">
        {loaded && isEmpty && <p className="px-3 py-6 text-[0.8125rem] leading-relaxed text-ink-faint">{t('empty')}</p>}
        {sections.pinned.length > 0 && <Group label={t('pinned')}>{sections.pinned.map(itemOf)}</Group>}
        {sections.projects.length > 0 && (
          <section aria-label={t('projects')}>
            <Heading>{t('projects')}</Heading>
            {sections.projects.map((section) => (
              <ProjectSection key={section.project.id} section={section} currentId={currentId} onChosen={onChosen} />
            ))}
          </section>
        )}
        {byDay(sections.direct.slice(0, limit), now).map(({ day, conversations: members }) => (
          <Group key={day} label={t(day)}>
            {members.map(itemOf)}
          </Group>
        ))}
        {sections.direct.length > limit && (
          <Button variant="ghost" size="small" className="mt-1 ml-1" onClick={() => setLimit(limit + pageSize)}>
            {t('showOlder')}
          </Button>
        )}
        <ArchivedSection
          conversations={sections.archived}
          projects={sections.archivedProjects}
          currentId={currentId}
          onChosen={onChosen}
        />
      </nav>
      <footer className="flex shrink-0 items-center gap-1 border-t p-2">
        <PoolIndicator />
        <span className="ml-auto" />
        <ThemeMenu />
      </footer>
    </div>
  );
}

function Group({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <section aria-label={label}>
      <Heading>{label}</Heading>
      <ul>{children}</ul>
    </section>
  );
}

function Heading({ children }: { readonly children: ReactNode }) {
  return <h2 className="px-3 pt-3 pb-1 text-xs font-medium text-ink-faint">{children}</h2>;
}
