import { memo, useState } from 'react';
import { Answer } from './answer.tsx';
import { Question } from './question.tsx';
import { isAtRest, type Turn } from './turns.ts';

interface TurnProps {
  readonly turn: Turn;
  readonly holdsOthers: boolean;
}

/**
 * A question and its answers. Rests while none of them changes; one that was found at rest is not even laid out while out of
 * sight. One that came to rest here stays laid out: for a moment the browser would take it for out of sight, and the log
 * would lose its place.
 */
export const TurnBlock = memo(function TurnBlock({ turn, holdsOthers }: TurnProps) {
  const { question, answers } = turn;
  const open = question?.jobs.some((job) => !isAtRest(job)) === true;
  const [wasOpen, setWasOpen] = useState(open);
  if (open && !wasOpen) setWasOpen(true);
  return (
    <div
      className={`group/turn space-y-5 ${wasOpen ? '' : '[contain-intrinsic-size:auto_14rem] [content-visibility:auto]'}`}
      data-turn={turn.key}
    >
      {question !== null && <Question text={question.text} />}
      {answers.map(({ key, job, stored }) => (
        <Answer key={key} job={job} stored={stored} holdsOthers={holdsOthers} />
      ))}
    </div>
  );
});
