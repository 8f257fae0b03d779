import { memo, useState } from 'react';
import { useSelector } from '@xstate/react';
import type { AgentId } from '../../protocol/ids.ts';
import { GoalCard } from '../goals/goal-card.tsx';
import { GoalReports } from '../goals/goal-reports.tsx';
import { GoalWaits } from '../goals/goal-waits.tsx';
import { useServices } from '../services.tsx';
import { Answer } from './answer.tsx';
import { Question } from './question.tsx';
import { isAtRest, type AnswerSlot, type Turn } from './turns.ts';

interface TurnProps {
  readonly turn: Turn;
  /** Who is expected to answer; whoever else does is named. Null: everybody is. Absent: who is one of several. */
  readonly expected?: AgentId | null;
}

/**
 * A question and its answers. Rests while none of them changes; one that was found at rest is not even laid out while out of
 * sight. One that came to rest here stays laid out: for a moment the browser would take it for out of sight, and the log
 * would lose its place.
 */
export const TurnBlock = memo(function TurnBlock({ turn, expected }: TurnProps) {
  const { question, answers, reports } = turn;
  const goal = question?.goal ?? null;
  const open = goal !== null || question?.jobs.some((job) => !isAtRest(job)) === true;
  const [wasOpen, setWasOpen] = useState(open);
  if (open && !wasOpen) setWasOpen(true);
  return (
    <div
      className={`group/turn space-y-5 ${wasOpen ? '' : '[contain-intrinsic-size:auto_14rem] [content-visibility:auto]'}`}
      data-turn={turn.key}
    >
      {question !== null && (
        <div data-message={question.id}>
          <Question message={question} />
        </div>
      )}
      {question !== null && goal !== null && <GoalCard conversationId={question.conversationId} goalId={goal.goalId} />}
      <GoalReports reports={reports} />
      {question !== null && goal !== null && (
        <GoalWaits conversationId={question.conversationId} goalId={goal.goalId} />
      )}
      {answers.map((slot) => (
        <AnswerOf
          key={slot.key}
          slot={slot}
          isNamed={answers.length > 1 || (expected !== undefined && slot.agentId !== expected)}
        />
      ))}
    </div>
  );
});

interface AnswerOfProps {
  readonly slot: AnswerSlot;
  readonly isNamed: boolean;
}

/** An agent that was removed has the name that it had then. */
function AnswerOf({ slot, isNamed }: AnswerOfProps) {
  const agent = useSelector(useServices().agents, ({ all }) => all.find(({ id }) => id === slot.agentId));
  const name = slot.stored?.meta?.agentName;
  const author = agent ?? (name === undefined ? null : ({ name, color: 'slate' } as const));
  return (
    <div data-message={slot.stored?.id}>
      <Answer slot={slot} author={isNamed ? author : null} />
    </div>
  );
}
