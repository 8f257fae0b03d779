/** What happened to a goal and its tasks, the newest first. */
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GoalEventView, TaskView } from '../../protocol/goal-views.ts';
import type { PauseReason } from '../../protocol/goals.ts';
import type { GoalId, TaskId } from '../../protocol/ids.ts';
import { Button } from '../components/ui/button.tsx';
import { describeError } from '../connection/refusal.ts';
import { formatDateTime } from '../i18n/format.ts';
import { Quiet, Section } from '../jobs/section.tsx';
import { useServices } from '../services.tsx';
import { hashOf } from '../shell/route.ts';

const pageSize = 50;

interface GoalTimelineProps {
  readonly id: GoalId;
  /** Another one: there is more to tell. */
  readonly stamp: string;
  readonly tasks: readonly TaskView[];
}

interface Known {
  /** Null until they are read. */
  readonly events: readonly GoalEventView[] | null;
  readonly more: boolean;
  readonly problem: string | null;
}

export function GoalTimeline({ id, stamp, tasks }: GoalTimelineProps) {
  const { t } = useTranslation('goals');
  const { events, more, problem, showOlder } = useTimeline(id, stamp);
  const titles = new Map<TaskId | null, string>(tasks.map((task) => [task.id, task.title]));
  return (
    <Section title={t('timeline.title')}>
      {problem !== null && (
        <div role="alert" className="text-sm">
          <p>{t('timeline.failed')}</p>
          <p translate="no" className="text-ink-soft">
            {problem}
          </p>
        </div>
      )}
      {events?.length === 0 && <Quiet>{t('timeline.empty')}</Quiet>}
      {events !== null && events.length > 0 && (
        <ol tabIndex={0} aria-label={t('timeline.title')} className="max-h-[32rem] space-y-3 overflow-y-auto">
          {events.map((event) => (
            <li key={event.seq} className="border-l-2 border-line-strong pl-3 text-[0.8125rem]">
              <p className="flex flex-wrap items-baseline justify-between gap-x-3">
                <span className="min-w-0">
                  <span className="font-medium">{t(`event.${event.type}`)}</span>{' '}
                  {event.taskId !== null && titles.has(event.taskId) && (
                    <a
                      href={hashOf({ page: 'goal', id, taskId: event.taskId })}
                      translate="no"
                      className="wrap-anywhere text-ink-soft underline decoration-line-strong underline-offset-3 hover:text-ink"
                    >
                      {titles.get(event.taskId)}
                    </a>
                  )}
                </span>
                <time dateTime={new Date(event.at).toISOString()} className="text-xs text-ink-faint tabular-nums">
                  {formatDateTime(event.at)}
                </time>
              </p>
              {event.type === 'paused' && <PausedBy reason={event.text} />}
              {event.type !== 'paused' && event.text !== null && event.text !== '' && (
                <p translate="no" dir="auto" className="line-clamp-4 wrap-anywhere whitespace-pre-wrap text-ink-soft">
                  {event.text}
                </p>
              )}
            </li>
          ))}
        </ol>
      )}
      {more && (
        <Button size="small" className="mt-3" onClick={showOlder}>
          {t('timeline.older')}
        </Button>
      )}
    </Section>
  );
}

const reasons: readonly string[] = ['user', 'tokens', 'cost', 'time', 'tasks'] satisfies PauseReason[];

function PausedBy({ reason }: { readonly reason: string | null }) {
  const { t } = useTranslation('goals');
  if (reason === null || !reasons.includes(reason)) return null;
  return <p className="text-ink-soft">{t(`pauseReason.${reason as PauseReason}`)}</p>;
}

/** Newest first; read anew with every stamp, as far back as was asked for. */
function useTimeline(id: GoalId, stamp: string): Known & { readonly showOlder: () => void } {
  const { client } = useServices();
  const [pages, setPages] = useState(1);
  const [known, setKnown] = useState<Known>({ events: null, more: false, problem: null });
  useEffect(() => {
    let over = false;
    client.goals.timeline.query({ id, limit: pageSize * Math.min(pages, 10) }).then(
      ({ events, more }) => {
        if (!over) setKnown({ events: events.toReversed(), more: more && pages < 10, problem: null });
      },
      (error: unknown) => {
        if (!over) setKnown((last) => ({ ...last, problem: describeError(error) }));
      },
    );
    return () => {
      over = true;
    };
  }, [client, id, stamp, pages]);
  return { ...known, showOlder: () => setPages(pages + 1) };
}
