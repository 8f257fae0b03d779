/** All goals: those under way first, those that wait for the user before the others. */
import { useSelector } from '@xstate/react';
import { Goal } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GoalView } from '../../protocol/goal-views.ts';
import { Button } from '../components/ui/button.tsx';
import { useRequest } from '../conversations/use-request.ts';
import { formatDateTime } from '../i18n/format.ts';
import { useServices } from '../services.tsx';
import { PageHeader } from '../shell/page-header.tsx';
import { hashOf } from '../shell/route.ts';
import type { ViewProps } from '../shell/views.tsx';
import { BurnLine } from './burn.tsx';
import { isGoalAtRest } from './goal-words.ts';
import { ProgressBar, ProgressWords } from './progress.tsx';
import { beginGoal } from './begin-goal.ts';
import { GoalMark } from './state-mark.tsx';

const pageSize = 50;
/** The service watches the newest 50 and all that are open: with fewer there are no older ones. */
const watchedAtLeast = 50;

export function GoalsView({ onMenu }: ViewProps<'goals'>) {
  const { t } = useTranslation('goals');
  const services = useServices();
  const { loaded, goals } = useSelector(services.goals.state, (state) => state);
  const older = useOlder(goals);
  const open = goals.filter(({ state }) => !isGoalAtRest(state)).toSorted(waitingFirst);
  const ended = [...goals.filter(({ state }) => isGoalAtRest(state)), ...older.goals];
  return (
    <>
      <PageHeader title={t('title')} onMenu={onMenu}>
        <Button size="small" onClick={() => beginGoal(services)}>
          <Goal size={15} aria-hidden />
          {t('list.start')}
        </Button>
      </PageHeader>
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto max-w-4xl space-y-8 px-3 py-5 sm:px-5">
          {!loaded && (
            <p role="status" className="grid h-60 place-items-center text-sm text-ink-faint">
              {t('loading')}
            </p>
          )}
          {loaded && open.length + ended.length === 0 && (
            <div className="py-16 text-center">
              <h2 className="text-lg font-semibold tracking-tight">{t('list.none')}</h2>
              <p className="mx-auto mt-1 max-w-md text-sm text-ink-soft">{t('list.noneHint')}</p>
            </div>
          )}
          {loaded && open.length + ended.length > 0 && (
            <>
              <List title={t('list.open')} none={t('list.noneOpen')} goals={open} />
              <List title={t('list.ended')} none={t('list.noneEnded')} goals={ended} />
            </>
          )}
          {loaded && goals.length >= watchedAtLeast && !older.all && (
            <Button size="small" disabled={older.running} onClick={older.show}>
              {t('list.older')}
            </Button>
          )}
          {older.problem !== null && (
            <p role="alert" translate="no" className="text-[0.8125rem] text-alarm">
              {older.problem}
            </p>
          )}
        </div>
      </div>
    </>
  );
}

const waitingFirst = (a: GoalView, b: GoalView) => Math.min(1, b.waitsForUser) - Math.min(1, a.waitsForUser);

/** Goals at rest that are older than what is watched. */
function useOlder(watched: readonly GoalView[]) {
  const { client } = useServices();
  const [goals, setGoals] = useState<readonly GoalView[]>([]);
  const [all, setAll] = useState(false);
  const { running, problem, run, clear } = useRequest();
  const known = new Set(watched.map(({ id }) => id));
  const before = (goals.at(-1) ?? watched.findLast(({ state }) => isGoalAtRest(state)))?.id;
  const show = () =>
    run(async () => {
      const page = await client.goals.list.query({ limit: pageSize, ...(before === undefined ? {} : { before }) });
      setGoals([...goals, ...page]);
      setAll(page.length < pageSize);
    }, clear);
  return { goals: goals.filter(({ id, state }) => !known.has(id) && isGoalAtRest(state)), all, running, problem, show };
}

interface ListProps {
  readonly title: string;
  /** What is said when there is none. */
  readonly none: string;
  readonly goals: readonly GoalView[];
}

function List({ title, none, goals }: ListProps) {
  return (
    <section aria-label={title}>
      <h2 className="mb-2 text-[0.9375rem] font-semibold tracking-tight">{title}</h2>
      {goals.length === 0 && <p className="text-sm text-ink-soft">{none}</p>}
      <ul className="space-y-2">
        {goals.map((goal) => (
          <li key={goal.id}>
            <Row goal={goal} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Row({ goal }: { readonly goal: GoalView }) {
  const { t } = useTranslation('goals');
  const { id, title, state, pauseReason, progress, waitsForUser, conversationId, endedAt, createdAt } = goal;
  const conversation = useSelector(
    useServices().conversations.state,
    ({ conversations }) => conversations.find((one) => one.id === conversationId)?.title ?? '',
  );
  return (
    <a
      href={hashOf({ page: 'goal', id })}
      className="block space-y-1.5 rounded-xl border bg-raised px-4 py-3 text-[0.8125rem] hover:bg-tint"
    >
      <span className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-0.5">
        <span translate="no" dir="auto" className="min-w-0 text-sm font-semibold wrap-anywhere">
          {title}
        </span>
        <span className="flex items-center gap-2.5">
          {waitsForUser > 0 && (
            <span className="rounded-md bg-lamp-tint px-2 py-0.5 text-xs text-lamp-text">
              {t('waitsForYou', { count: waitsForUser })}
            </span>
          )}
          <GoalMark goal={goal} className="text-ink-soft" />
        </span>
      </span>
      {progress.total > 0 && !isGoalAtRest(state) && state !== 'awaitingApproval' && (
        <ProgressBar progress={progress} />
      )}
      <span className="flex flex-wrap gap-x-3 gap-y-0.5 text-xs text-ink-soft">
        {conversation !== title && (
          <span translate="no" className="wrap-anywhere">
            {conversation}
          </span>
        )}
        {state === 'paused' && pauseReason !== null && <span>{t(`pauseReason.${pauseReason}`)}</span>}
        {progress.total > 0 && <ProgressWords progress={progress} />}
        <BurnLine goal={goal} />
        <span>
          {endedAt === null
            ? t('list.startedAt', { when: formatDateTime(createdAt) })
            : t('list.endedAt', { when: formatDateTime(endedAt) })}
        </span>
      </span>
    </a>
  );
}
