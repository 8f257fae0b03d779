/** What can be done with a worker. The one that takes something away from answers under way asks first. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WorkerState, WorkerView } from '../../protocol/pool.ts';
import { Button } from '../components/ui/button.tsx';
import { Dialog, DialogActions } from '../components/ui/dialog.tsx';
import { Hint } from '../components/ui/hint.tsx';
import { describeError } from '../connection/refusal.ts';
import { useServices } from '../services.tsx';
import { numberOf } from './worker-number.ts';

interface WorkerActionsProps {
  readonly worker: WorkerView;
  readonly disabled: boolean;
}

/** It is on its way out, or a new process is on its way. */
const leaving: ReadonlySet<WorkerState> = new Set(['draining', 'replacing', 'stopped']);

export function WorkerActions({ worker, disabled }: WorkerActionsProps) {
  const { t } = useTranslation('workers');
  const { client } = useServices();
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const number = numberOf(worker.id);
  if (leaving.has(worker.state)) return null;
  const tell = (asked: Promise<unknown>): void => {
    setProblem(null);
    asked.catch((error: unknown) => setProblem(describeError(error)));
  };
  const restart = (how: 'when-done' | 'now'): void => tell(client.pool.restart.mutate({ workerId: worker.id, how }));
  return (
    <div role="group" aria-label={t('actions', { number })} className="mt-4 flex flex-wrap gap-2">
      <Hint text={t('restartWhenDoneHint')}>
        <Button size="small" disabled={disabled} onClick={() => restart('when-done')}>
          {t('restartWhenDone')}
        </Button>
      </Hint>
      <Button size="small" disabled={disabled} onClick={() => setAsking(true)}>
        {t('restartNow')}
      </Button>
      <Hint text={t('drainHint')}>
        <Button
          size="small"
          disabled={disabled}
          onClick={() => tell(client.pool.drain.mutate({ workerId: worker.id }))}
        >
          {t('drain')}
        </Button>
      </Hint>
      {problem !== null && (
        <p role="alert" className="w-full text-[0.8125rem] wrap-anywhere text-alarm">
          {problem}
        </p>
      )}
      <RestartNow
        worker={worker}
        open={asking}
        onClose={() => setAsking(false)}
        onRestart={() => {
          setAsking(false);
          restart('now');
        }}
      />
    </div>
  );
}

interface RestartNowProps {
  readonly worker: WorkerView;
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onRestart: () => void;
}

function RestartNow({ worker, open, onClose, onRestart }: RestartNowProps) {
  const { t } = useTranslation('workers');
  const { t: common } = useTranslation('common');
  const count = worker.jobs.length;
  return (
    <Dialog open={open} onClose={onClose} title={t('restartNowTitle', { number: numberOf(worker.id) })}>
      <p className="mt-2 text-sm text-ink-soft">{count === 0 ? t('restartNowIdle') : t('restartNowText', { count })}</p>
      <DialogActions>
        <Button onClick={onClose}>{common('cancel')}</Button>
        <Button variant="danger" onClick={onRestart}>
          {t('restartNow')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
