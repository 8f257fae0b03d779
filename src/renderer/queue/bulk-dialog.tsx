/** Asks once more before many jobs are changed, and names how many. */
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/ui/button.tsx';
import { Choice } from '../components/ui/choice.tsx';
import { Dialog, DialogActions } from '../components/ui/dialog.tsx';
import { Problem } from '../components/ui/problem.tsx';
import { useRequest } from '../conversations/use-request.ts';
import type { Lane } from '../../protocol/job.ts';
import type { BulkAction } from '../../protocol/queue.ts';
import { useServices } from '../services.tsx';
import { lanes } from './filters.ts';
import { countOf, type Selection } from './selection.ts';

export interface BulkQuestion {
  readonly action: BulkAction;
  readonly listId: string;
  readonly selection: Selection;
}

interface BulkDialogProps {
  /** Null: closed. */
  readonly question: BulkQuestion | null;
  readonly onClose: () => void;
  readonly onStarted: () => void;
}

export function BulkDialog({ question, onClose, onStarted }: BulkDialogProps) {
  const { t } = useTranslation('queue');
  const { t: words } = useTranslation('common');
  const { client } = useServices();
  const request = useRequest();
  const [lane, setLane] = useState<Lane>('low');
  const labelId = useId();
  if (question === null) return null;
  const { action, listId, selection } = question;
  const count = countOf(selection);
  const close = () => {
    request.clear();
    onClose();
  };
  const start = () =>
    request.run(
      () => {
        const target = { requestId: crypto.randomUUID(), listId, ranges: [...selection] };
        return client.queue.change.mutate(action === 'setLane' ? { ...target, action, lane } : { ...target, action });
      },
      () => {
        onStarted();
        close();
      },
    );
  return (
    <Dialog open onClose={close} title={t(`${action}Title`, { count })}>
      <p className="mt-1.5 text-sm text-ink-soft">{t(`${action}Hint`)}</p>
      {action === 'setLane' && (
        <div className="mt-3">
          <span id={labelId} className="sr-only">
            {t('lane')}
          </span>
          <Choice
            labelledBy={labelId}
            value={lane}
            onChange={setLane}
            options={lanes.map((value) => ({ value, label: words(`lane.${value}`) }))}
          />
        </div>
      )}
      <Problem text={request.problem} />
      <DialogActions>
        <Button onClick={close} autoFocus>
          {t('keep')}
        </Button>
        <Button variant={action === 'cancel' ? 'danger' : 'primary'} disabled={request.running} onClick={start}>
          {t(`${action}Do`, { count })}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
