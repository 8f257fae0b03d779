/** The conversation's messages, in the region that follows a streaming answer and lets go when you scroll up. */
import { ArrowDown } from 'lucide-react';
import { useDeferredValue, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useSelector } from '@xstate/react';
import { Button } from '../components/ui/button.tsx';
import type { ComposerActor } from '../composer/composers.ts';
import type { ConversationId } from '../../protocol/ids.ts';
import { useServices } from '../services.tsx';
import { Announcer } from './announcer.tsx';
import { Lamp } from './job-status.tsx';
import { useMessageCommands } from './message-commands.ts';
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
  const { t } = useTranslation('messages');
  const services = useServices();
  const log = services.log(id);
  const expected = useSelector(services.conversations.state, ({ conversations }) => {
    const conversation = conversations.find((candidate) => candidate.id === id);
    return conversation?.kind === 'channel' ? null : (conversation?.agentId ?? null);
  });
  const { phase, turns, more, loadingOlder, problem } = useSelector(log.state, (state) => state);
  const outgoing = useSelector(composer, (snapshot) => snapshot.context.outgoing);
  const shown = useDrawn(turns);
  const { region, content, following, jumpToEnd } = useFollow(id);
  const older = useOlder({ region, log, more, firstKey: shown[0]?.key });
  useEffect(() => log.watch(), [log]);
  useMessageCommands(turns);
  useEffect(() => {
    if (outgoing !== null) jumpToEnd();
  }, [outgoing, jumpToEnd]);
  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={region}
        role="log"
        aria-label={t('log.name')}
        aria-live="off"
        aria-busy={phase === 'loading'}
        tabIndex={0}
        className="h-full overflow-y-auto overscroll-contain -outline-offset-2"
      >
        <div ref={content} className="relative mx-auto w-full max-w-[48rem] px-4 pt-6 pb-10 sm:px-6">
          {more && (
            <div ref={older} className="flex h-10 items-center justify-center text-[0.8125rem] text-ink-faint">
              {loadingOlder && t('log.loadingOlder')}
            </div>
          )}
          {phase === 'loading' && <Loading />}
          {problem !== null && (
            <p role="alert" className="mb-6 text-center text-sm text-alarm">
              {problem}
            </p>
          )}
          <div className="space-y-9">
            {shown.map((turn) => (
              <TurnBlock key={turn.key} turn={turn} expected={expected} />
            ))}
            {outgoing !== null && <PendingQuestion text={outgoing.text} />}
          </div>
        </div>
      </div>
      <Announcer turns={turns} />
      {!following && (
        <Button
          className="absolute bottom-3 left-1/2 -translate-x-1/2 animate-rise rounded-full shadow-float"
          size="small"
          onClick={jumpToEnd}
        >
          <ArrowDown size={14} aria-hidden />
          {t('log.jumpToNewest')}
        </Button>
      )}
    </div>
  );
}

/** Older turns, which come in before the first, are drawn bit by bit while one scrolls on; everything else at once. */
function useDrawn(turns: readonly Turn[]): readonly Turn[] {
  const drawn = useDeferredValue(turns);
  return drawn.length > 0 && drawn[0]?.key !== turns[0]?.key ? drawn : turns;
}

function Loading() {
  const { t } = useTranslation('messages');
  return (
    <p className="flex items-center justify-center gap-2 py-16 text-sm text-ink-faint">
      <Lamp />
      {t('log.loading')}
    </p>
  );
}
