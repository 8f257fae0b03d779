import { memo } from 'react';
import { Answer } from './answer.tsx';
import { Question } from './question.tsx';
import { isAtRest, type Turn } from './turns.ts';

interface TurnProps {
  readonly turn: Turn;
  readonly holdsOthers: boolean;
}

/** A question and its answer. Rests while neither changes; out of sight it is not even laid out. */
export const TurnBlock = memo(function TurnBlock({ turn, holdsOthers }: TurnProps) {
  const { question, answer } = turn;
  const job = question?.job ?? null;
  const resting = job === null || isAtRest(job);
  return (
    <div
      className={`group/turn space-y-5 ${resting ? '[contain-intrinsic-size:auto_14rem] [content-visibility:auto]' : ''}`}
      data-turn={turn.key}
    >
      {question !== null && <Question text={question.text} />}
      {(job !== null || answer !== null) && <Answer job={job} stored={answer} holdsOthers={holdsOthers} />}
    </div>
  );
});
