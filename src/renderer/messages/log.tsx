/** The conversation's messages, in the region that follows a streaming answer and lets go when you scroll up. */
import { ArrowDown } from 'lucide-react';
import { useEffect } from 'react';
import { useSelector } from '@xstate/react';
import { Button } from '../components/ui/button.tsx';
import type { ComposerActor } from '../composer/composers.ts';
import type { ConversationId } from '../../protocol/ids.ts';
import { useServices } from '../services.tsx';
import { Lamp } from './job-status.tsx';
import { PendingQuestion } from './pending-question.tsx';
import { TurnBlock } from './turn.tsx';
import type { Turn } from './turns.ts';
import { useFollow } from './use-follow.ts';
import { useOlder } from './use-older.ts';

interface LogProps {
  readonly id: ConversationId;
  readonly composer: ComposerActor;
}

export function Log({ id, composer }: LogProps) {
  const log = useServices().log(id);
  const { phase, turns, more, loadingOlder, problem } = useSelector(log.state, (state) => state);
  const outgoing = useSelector(composer, (snapshot) => snapshot.context.outgoing);
  const { region, content, following, jumpToEnd } = useFollow(id);
  const older = useOlder({ region, log, more, firstKey: turns[0]?.key });
  useEffect(() => log.watch(), [log]);
  useEffect(() => {
    if (outgoing !== null) jumpToEnd();
  }, [outgoing, jumpToEnd]);
  const held = holders(turns);
  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={region}
        role="log"
        aria-label="Conversation"
        aria-busy={phase === 'loading'}
        tabIndex={0}
        className="h-full overflow-y-auto overscroll-contain -outline-offset-2"
      >
        <div ref={content} className="relative mx-auto w-full max-w-[48rem] px-4 pt-6 pb-10 sm:px-6">
          {more && (
            <div ref={older} className="flex h-10 items-center justify-center text-[13px] text-ink-faint">
              {loadingOlder && 'Loading older messages…'}
            </div>
          )}
          {phase === 'loading' && <Loading />}
          {problem !== null && (
            <p role="alert" className="mb-6 text-center text-sm text-alarm">
              {problem}
            </p>
          )}
          <div className="space-y-9">
            {turns.map((turn) => (
              <TurnBlock key={turn.key} turn={turn} holdsOthers={held.has(turn.key)} />
            ))}
            {outgoing !== null && <PendingQuestion text={outgoing.text} />}
          </div>
        </div>
      </div>
      {!following && (
        <Button
          className="absolute bottom-3 left-1/2 -translate-x-1/2 animate-rise rounded-full shadow-float"
          size="small"
          onClick={jumpToEnd}
        >
          <ArrowDown size={14} aria-hidden />
          Jump to newest
        </Button>
      )}
    </div>
  );
}

/** The turns that hold others back: the last one before each one that is held about which there is a decision to make. */
function holders(turns: readonly Turn[]): ReadonlySet<string> {
  const found = new Set<string>();
  let ended: string | undefined;
  for (const turn of turns) {
    if (turn.question?.jobs.some(({ can }) => can.includes('SKIP')) === true) ended = turn.key;
    else if (turn.question?.jobs.some(({ heldByFailure }) => heldByFailure) === true && ended !== undefined)
      found.add(ended);
  }
  return found;
}

function Loading() {
  return (
    <p className="flex items-center justify-center gap-2 py-16 text-sm text-ink-faint">
      <Lamp />
      Loading the conversation
    </p>
  );
}
