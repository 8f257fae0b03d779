/** Below what agents report of a goal, where one reads on: what it needs of the user now. */
import { useTranslation } from 'react-i18next';
import type { ConversationId, GoalId } from '../../protocol/ids.ts';
import { useGoal, useGoalDetails } from './use-goal.ts';
import { tasksThatWait, WaitsForYou } from './waits-for-you.tsx';

interface GoalWaitsProps {
  readonly conversationId: ConversationId;
  readonly goalId: GoalId;
}

export function GoalWaits({ conversationId, goalId }: GoalWaitsProps) {
  const goal = useGoal(conversationId, goalId);
  if (goal === undefined || goal.waitsForUser === 0 || goal.state === 'awaitingApproval') return null;
  return <Waiting goalId={goalId} />;
}

/** The tasks are only asked for where one of them needs the user. */
function Waiting({ goalId }: { readonly goalId: GoalId }) {
  const { t } = useTranslation('goals');
  const { details } = useGoalDetails(goalId);
  if (details === null || tasksThatWait(details).length === 0) return null;
  return (
    <section aria-label={t('waits.title')} className="rounded-xl border border-lamp-text bg-raised p-3">
      <h4 className="mb-2 px-1 text-[0.8125rem] font-semibold text-lamp-text">{t('waits.title')}</h4>
      <WaitsForYou details={details} />
    </section>
  );
}
