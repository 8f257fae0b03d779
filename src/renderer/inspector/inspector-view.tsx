import { ArrowLeft } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { InspectedActors } from '../../protocol/inspection.ts';
import { useCommands } from '../commands/commands.ts';
import { Button } from '../components/ui/button.tsx';
import { PageHeader } from '../shell/page-header.tsx';
import { hashOf, navigate } from '../shell/route.ts';
import type { ViewProps } from '../shell/views.tsx';
import { ActorView } from './actor-view.tsx';
import { ActorsColumn } from './actors-column.tsx';
import { FeedPanel } from './feed-panel.tsx';
import { kindOf, shortId } from './names.ts';
import { useActors, useFeed, useMachines } from './use-inspector.ts';

/** All actors and what they say to each other; or one of them. */
export function InspectorView({ route, onMenu }: ViewProps<'inspector'>) {
  const { t } = useTranslation('inspector');
  const actors = useActors();
  const { actorId } = route;
  useCommands(
    useMemo(() => {
      const open = (id: string) => ({
        id: `inspector.open.${id}`,
        title: t('open', { actor: id }),
        group: t('title'),
        run: () => navigate({ page: 'inspector', actorId: id }),
      });
      const others = actors?.actors.filter(({ machine }) => machine !== 'job') ?? [];
      return [
        { id: 'inspector.all', title: t('openAll'), group: t('title'), run: () => navigate({ page: 'inspector' }) },
        ...others.map(({ id }) => open(id)),
      ];
    }, [t, actors]),
  );
  return (
    <>
      <PageHeader
        title={actorId === undefined ? t('title') : shortId(actorId)}
        own={actorId !== undefined}
        onMenu={onMenu}
      >
        {actorId !== undefined && (
          <a
            href={hashOf({ page: 'inspector' })}
            className="flex items-center gap-1 text-[0.8125rem] text-ink-soft hover:text-ink"
          >
            <ArrowLeft size={14} aria-hidden className="rtl:rotate-180" />
            {t('openAll')}
          </a>
        )}
      </PageHeader>
      {actorId === undefined ? <Everybody actors={actors} /> : <One id={actorId} actors={actors} />}
    </>
  );
}

function Everybody({ actors }: { readonly actors: InspectedActors | null }) {
  const [routine, setRoutine] = useState(false);
  const feed = useFeed(routine);
  return (
    <div className="flex min-h-0 flex-1 flex-col overflow-y-auto md:flex-row md:overflow-hidden">
      <div className="max-h-[45vh] shrink-0 border-b md:max-h-none md:w-72 md:border-r md:border-b-0">
        <ActorsColumn actors={actors} />
      </div>
      <div className="min-h-80 min-w-0 flex-1 md:min-h-0">
        <FeedPanel feed={feed} messages={feed.events} routine={routine} onRoutine={setRoutine} />
      </div>
    </div>
  );
}

function One({ id, actors }: { readonly id: string; readonly actors: InspectedActors | null }) {
  const { t } = useTranslation(['inspector', 'common']);
  const { graphs, failed, again } = useMachines();
  const graph = graphs?.find((machine) => machine.id === kindOf(id));
  return (
    <div className="flex min-h-0 flex-1">
      <div className="hidden w-64 shrink-0 border-r 2xl:block">
        <ActorsColumn actors={actors} current={id} />
      </div>
      {graph !== undefined ? (
        <ActorView key={id} id={id} graph={graph} />
      ) : (
        <div role="status" className="grid flex-1 place-items-center p-6 text-center text-sm text-ink-soft">
          {failed ? (
            <div>
              <p>{t('machinesFailed')}</p>
              <Button className="mt-3" onClick={again}>
                {t('common:retry')}
              </Button>
            </div>
          ) : graphs === undefined ? (
            t('common:loading')
          ) : (
            t('unknown')
          )}
        </div>
      )}
    </div>
  );
}
