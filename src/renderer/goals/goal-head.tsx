/** What a goal is and how it stands; what can be done with it now. */
import { useTranslation } from 'react-i18next';
import type { GoalDetails } from '../../protocol/goal-views.ts';
import { JobStatus } from '../messages/job-status.tsx';
import { useJobStream } from '../messages/stream-job.ts';
import { hashOf } from '../shell/route.ts';
import { BurnLine, CapBars } from './burn.tsx';
import { GoalActions } from './goal-actions.tsx';
import { ProgressBar, ProgressWords } from './progress.tsx';
import { GoalMark } from './state-mark.tsx';
import { useOnline } from './use-goal.ts';
import { WaitsForYou } from './waits-for-you.tsx';

export function GoalHead({ details }: { readonly details: GoalDetails }) {
  const { t } = useTranslation('goals');
  const online = useOnline();
  const { goal } = details;
  const { state, pauseReason, progress, failure, intention } = goal;
  const plans = state === 'planning';
  const planner = useJobStream(goal.jobId, plans);
  const link = 'text-lamp-text underline-offset-3 hover:underline';
  return (
    <section aria-label={t('one')} className="space-y-3.5 rounded-xl border bg-raised p-4">
      {!online && (
        <p role="status" className="text-[0.8125rem] text-ink-soft">
          {t('offline')}
        </p>
      )}
      <WaitsForYou details={details} />
      <div>
        <p className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
          <GoalMark goal={goal} className="text-base font-semibold" />
          {state === 'paused' && pauseReason !== null && (
            <span className="text-sm text-ink-soft">{t(`pauseReason.${pauseReason}`)}</span>
          )}
          {(progress.total > 0 || state === 'awaitingApproval') && (
            <span className="text-sm text-ink-soft">
              {state === 'awaitingApproval' ? (
                t('plan.hint', { count: progress.total })
              ) : (
                <ProgressWords progress={progress} />
              )}
            </span>
          )}
        </p>
        <p className="mt-0.5 text-[0.8125rem] text-ink-soft">
          <BurnLine goal={goal} withoutCaps />
        </p>
      </div>
      {progress.total > 0 && state !== 'awaitingApproval' && <ProgressBar progress={progress} />}
      <CapBars goal={goal} />
      {plans && planner.job !== null && planner.job.id === goal.jobId && <JobStatus job={planner.job} />}
      {failure !== null && (
        <p translate="no" dir="auto" role="alert" className="text-sm wrap-anywhere whitespace-pre-wrap text-alarm">
          {failure}
        </p>
      )}
      <GoalActions goal={goal} named />
      <details className="text-sm">
        <summary className="w-fit cursor-pointer rounded text-[0.8125rem] text-ink-soft">{t('intention')}</summary>
        <p translate="no" dir="auto" className="mt-1.5 wrap-anywhere whitespace-pre-wrap">
          {intention}
        </p>
      </details>
      <p className="flex flex-wrap gap-x-4 gap-y-1 text-[0.8125rem]">
        <a href={hashOf({ page: 'conversation', id: goal.conversationId })} className={link}>
          {t('toConversation')}
        </a>
        {goal.jobId !== null && (
          <a href={hashOf({ page: 'job', id: goal.jobId })} className={link}>
            {t('action.openJob')}
          </a>
        )}
        <a href={hashOf({ page: 'inspector', actorId: `goal:${goal.id}` })} className={link}>
          {t('action.inspect')}
        </a>
      </p>
    </section>
  );
}
