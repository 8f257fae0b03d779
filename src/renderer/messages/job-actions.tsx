/** What a user can do with an answer's job: only what its machine accepts now is offered. */
import { FastForward, RotateCw, SkipForward, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSelector } from '@xstate/react';
import { Button } from '../components/ui/button.tsx';
import { describeError } from '../connection/refusal.ts';
import type { JobUserEvent, JobView } from '../../protocol/views.ts';
import { useRemoteActor } from '../remote/use-remote-actor.ts';

interface ActionsProps {
  readonly job: JobView;
}

/** Sends an event to the job's actor and keeps what it answered if it refused. */
function useSend(job: JobView) {
  const actor = useRemoteActor(`job:${job.id}`);
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const send = (type: JobUserEvent) => {
    setSending(true);
    setProblem(null);
    actor.send({ type }).then(
      () => setSending(false),
      (error: unknown) => {
        setSending(false);
        setProblem(describeError(error));
      },
    );
  };
  return { actor, send, sending, problem };
}

function Problem({ text }: { readonly text: string | null }) {
  return text === null ? null : (
    <p role="alert" className="basis-full text-[0.8125rem] text-alarm">
      {text}
    </p>
  );
}

/** Of a job that has not ended: its actor is live in the engine, and is asked what it accepts. */
export function OpenJobActions({ job }: ActionsProps) {
  const { t } = useTranslation('messages');
  const { actor, send, sending, problem } = useSend(job);
  const canPromote = useSelector(actor, (snapshot) => snapshot.can({ type: 'PROMOTE' }));
  const canCancel = useSelector(actor, (snapshot) => snapshot.can({ type: 'CANCEL' }));
  if (job.state === 'active' || !(canPromote || canCancel)) return <Problem text={problem} />;
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      {canPromote && (
        <Button size="small" disabled={sending} onClick={() => send('PROMOTE')}>
          <FastForward size={14} aria-hidden />
          {job.failure === null ? t('actions.startNow') : t('actions.retryNow')}
        </Button>
      )}
      {canCancel && (
        <Button size="small" variant="ghost" disabled={sending} onClick={() => send('CANCEL')}>
          <X size={14} aria-hidden />
          {t('actions.cancel')}
        </Button>
      )}
      <Problem text={problem} />
    </div>
  );
}

interface EndedProps extends ActionsProps {
  /** What skipping it is called; absent: it is not offered. */
  readonly skip?: string;
}

/** Of a job that ended without an answer. Those that wait behind it have it skipped where they are listed. */
export function EndedJobActions({ job, skip }: EndedProps) {
  const { t } = useTranslation('messages');
  const { send, sending, problem } = useSend(job);
  return (
    <>
      {job.can.includes('RETRY') && (
        <Button size="small" disabled={sending} onClick={() => send('RETRY')}>
          <RotateCw size={14} aria-hidden />
          {t('actions.retry')}
        </Button>
      )}
      {skip !== undefined && job.can.includes('SKIP') && (
        <Button size="small" disabled={sending} onClick={() => send('SKIP')}>
          <SkipForward size={14} aria-hidden />
          {skip}
        </Button>
      )}
      <Problem text={problem} />
    </>
  );
}
