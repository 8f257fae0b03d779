import { useTranslation } from 'react-i18next';
import type { GoalId } from '../../protocol/ids.ts';
import { Button } from '../components/ui/button.tsx';
import { Dialog, DialogActions } from '../components/ui/dialog.tsx';
import { useRequest } from '../conversations/use-request.ts';
import { useServices } from '../services.tsx';

interface CancelDialogProps {
  /** Null: closed. */
  readonly goalId: GoalId | null;
  readonly onClose: () => void;
}

export function CancelDialog({ goalId, onClose }: CancelDialogProps) {
  const { t } = useTranslation('goals');
  const { client } = useServices();
  const { running, problem, run } = useRequest();
  return (
    <Dialog open={goalId !== null} onClose={onClose} title={t('confirmCancel.title')}>
      <p className="mt-1.5 text-sm text-ink-soft">{t('confirmCancel.text')}</p>
      {problem !== null && (
        <p role="alert" translate="no" className="mt-2 text-[0.8125rem] text-alarm">
          {problem}
        </p>
      )}
      <DialogActions>
        <Button onClick={onClose}>{t('confirmCancel.keep')}</Button>
        <Button
          variant="danger"
          disabled={running}
          onClick={() => {
            if (goalId !== null) run(() => client.goals.cancel.mutate({ id: goalId }), onClose);
          }}
        >
          {t('confirmCancel.cancel')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
