import { useTranslation } from 'react-i18next';
import type { GoalId } from '../../protocol/ids.ts';
import { Dialog } from '../components/ui/dialog.tsx';
import { useServices } from '../services.tsx';
import { NoteForm } from './note-form.tsx';

interface ReplanDialogProps {
  /** Null: closed. */
  readonly goalId: GoalId | null;
  readonly onClose: () => void;
}

/** Says to the planner what is to change; a new plan takes the place of this one. */
export function ReplanDialog({ goalId, onClose }: ReplanDialogProps) {
  const { t } = useTranslation('goals');
  const { client } = useServices();
  return (
    <Dialog open={goalId !== null} onClose={onClose} title={t('replan.title')}>
      {goalId !== null && (
        <>
          <p className="mt-1 mb-3 text-sm text-ink-soft">{t('replan.hint')}</p>
          <NoteForm
            label={t('replan.label')}
            action={t('replan.send')}
            onCancel={onClose}
            send={(note, requestId) => client.goals.replan.mutate({ requestId, id: goalId, note })}
            onSent={onClose}
          />
        </>
      )}
    </Dialog>
  );
}
