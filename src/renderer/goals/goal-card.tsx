/** A goal in the conversation that it began in: how it stands, what it took, what can be done. */
import { Goal } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { GoalView } from '../../protocol/goal-views.ts';
import type { ConversationId, GoalId } from '../../protocol/ids.ts';
import { hashOf } from '../shell/route.ts';
import { BurnLine } from './burn.tsx';
import { GoalActions } from './goal-actions.tsx';
import { ProgressBar, ProgressWords } from './progress.tsx';
import { GoalMark } from './state-mark.tsx';
import { useGoal } from './use-goal.ts';

interface GoalCardProps {
  readonly conversationId: ConversationId;
  readonly goalId: GoalId;
}

export function GoalCard({ conversationId, goalId }: GoalCardProps) {
  const { t } = useTranslation('goals');
  const goal = useGoal(conversationId, goalId);
  if (goal === undefined) {
    return (
      <div role="status" className="rounded-xl border bg-raised px-4 py-3 text-sm text-ink-faint">
        {t('loadingOne')}
      </div>
    );
  }
  return <KnownGoal goal={goal} />;
}

function KnownGoal({ goal }: { readonly goal: GoalView }) {
  const { t } = useTranslation('goals');
  const { id, title, state, pauseReason, progress, failure, waitsForUser } = goal;
  const hasPlan = progress.total > 0;
  const waits = waitsForUser > 0 && state !== 'awaitingApproval';
  return (
    <section
      aria-label={t('goalNamed', { title })}
      className="space-y-2.5 rounded-xl border bg-raised px-4 py-3.5 text-[0.8125rem]"
    >
      <div className="flex items-start gap-3">
        <Goal size={17} aria-hidden className="mt-0.5 shrink-0 text-lamp-text" />
        <div className="min-w-0 flex-1">
          <h3 className="text-[0.9375rem] leading-snug font-semibold tracking-tight wrap-anywhere">
            <a href={hashOf({ page: 'goal', id })} translate="no" dir="auto" className="rounded hover:underline">
              {title}
            </a>
          </h3>
          <p className="mt-0.5 flex flex-wrap items-center gap-x-2 text-ink-soft">
            <GoalMark goal={goal} className="font-medium text-ink" />
            {state === 'paused' && pauseReason !== null && <span>{t(`pauseReason.${pauseReason}`)}</span>}
            {hasPlan && state !== 'awaitingApproval' && <ProgressWords progress={progress} />}
            {state === 'awaitingApproval' && <span>{t('plan.hint', { count: progress.total })}</span>}
            {waits && (
              <span className="rounded-md bg-lamp-tint px-2 py-0.5 text-xs text-lamp-text">
                {t('waitsForYou', { count: waitsForUser })}
              </span>
            )}
          </p>
        </div>
      </div>
      {hasPlan && state !== 'awaitingApproval' && <ProgressBar progress={progress} />}
      <p className="text-xs text-ink-faint">
        <BurnLine goal={goal} />
      </p>
      {failure !== null && (
        <p translate="no" dir="auto" className="wrap-anywhere whitespace-pre-wrap text-alarm">
          {failure}
        </p>
      )}
      <div className="flex flex-wrap items-start justify-between gap-2">
        <div className="grid gap-2">
          <GoalActions goal={goal} only={['approve', 'change', 'pause', 'resume', 'raise', 'again', 'cancel']} />
        </div>
        <a
          href={hashOf({ page: 'goal', id })}
          className="flex h-7 items-center rounded text-lamp-text underline-offset-3 hover:underline"
        >
          {t(state === 'awaitingApproval' ? 'action.seePlan' : 'openGoal')}
        </a>
      </div>
    </section>
  );
}
