import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { InspectedActor, InspectedActors } from '../../protocol/inspection.ts';
import type { JobView } from '../../protocol/views.ts';
import { Input } from '../components/ui/input.tsx';
import { cn } from '../components/ui/cn.ts';
import { useServices } from '../services.tsx';
import { hashOf } from '../shell/route.ts';
import { kindOf, shortId } from './names.ts';

const kinds = ['supervisor', 'dispatcher', 'worker', 'provider', 'job'] as const;
const recentJobs = 12;
const jobId = /^(?:job:)?(job_[0-9A-HJKMNP-TV-Z]{26})$/;

interface Line {
  readonly id: string;
  readonly words: string;
}

/** Who is live, by kind, and the jobs that were enqueued last; any other job is opened by its id. */
export function ActorsColumn({
  actors,
  current,
}: {
  readonly actors: InspectedActors | null;
  readonly current?: string | undefined;
}) {
  const { t } = useTranslation(['inspector', 'common']);
  const [filter, setFilter] = useState('');
  const recent = useRecentJobs(actors?.jobs ?? 0);
  const typed = jobId.exec(filter.trim())?.[1];
  const words = filter.trim().toLowerCase();
  const matches = ({ id, words: more }: Line): boolean => `${id} ${more}`.toLowerCase().includes(words);
  const live = useMemo(() => (actors?.actors ?? []).map(lineOf), [actors]);
  const liveIds = new Set(live.map(({ id }) => id));
  const resting = recent
    .map((job) => ({ id: `job:${job.id}`, words: t(`common:state.${job.state}`) }))
    .filter(({ id }) => !liveIds.has(id));
  return (
    <nav aria-label={t('actors.label')} className="flex h-full min-h-0 flex-col">
      <div className="p-3 pb-1">
        <Input
          type="search"
          aria-label={t('actors.search')}
          placeholder={t('actors.search')}
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
        />
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto px-2 pb-4">
        {typed !== undefined && (
          <Group title={t('actors.byId')} lines={[{ id: `job:${typed}`, words: '' }]} current={current} />
        )}
        {kinds.map((kind) => (
          <Group
            key={kind}
            title={t(`kinds.${kind}`)}
            note={kind === 'job' && actors !== null ? t('actors.liveJobs', { count: actors.jobs }) : undefined}
            lines={live.filter((line) => kindOf(line.id) === kind && matches(line))}
            current={current}
          />
        ))}
        <Group title={t('actors.recent')} lines={resting.filter(matches)} current={current} />
        {actors === null && (
          <p role="status" className="px-2 py-4 text-sm text-ink-faint">
            {t('common:loading')}
          </p>
        )}
      </div>
    </nav>
  );
}

interface GroupProps {
  readonly title: string;
  readonly note?: string | undefined;
  readonly lines: readonly Line[];
  readonly current: string | undefined;
}

function Group({ title, note, lines, current }: GroupProps) {
  if (lines.length === 0 && note === undefined) return null;
  return (
    <section className="mt-3">
      <h2 className="flex justify-between px-2 pb-1 text-xs font-medium text-ink-faint">
        {title}
        {note !== undefined && <span className="font-normal">{note}</span>}
      </h2>
      <ul>
        {lines.map(({ id, words }) => (
          <li key={id}>
            <a
              href={hashOf({ page: 'inspector', actorId: id })}
              aria-current={id === current ? 'page' : undefined}
              title={id}
              translate="no"
              className={cn(
                'flex items-baseline gap-2 rounded-lg px-2 py-1.5 text-[0.8125rem] -outline-offset-2 hover:bg-tint',
                id === current && 'bg-tint-strong font-medium',
              )}
            >
              <span className="min-w-0 flex-1 truncate font-mono text-xs">{shortId(id)}</span>
              <span className="max-w-28 truncate text-xs text-ink-soft">{words}</span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** States are names of the machine, as in the drawing. */
function lineOf({ id, states }: InspectedActor): Line {
  return { id, words: states.map((path) => path.slice(path.lastIndexOf('.') + 1)).join(', ') };
}

/** Asked for again when the number of live jobs changes: then some have ended. */
function useRecentJobs(live: number): readonly JobView[] {
  const { client } = useServices();
  const [jobs, setJobs] = useState<readonly JobView[]>([]);
  useEffect(() => {
    let shown = true;
    client.jobs.list.query({ limit: recentJobs }).then(
      (list) => {
        if (shown) setJobs(list);
      },
      // The list of live actors says that the connection is gone; these are only a short cut.
      () => undefined,
    );
    return () => {
      shown = false;
    };
  }, [client, live]);
  return jobs;
}
