/** The buttons for what can be done with a task now. */
import { PencilLine, RotateCw, SkipForward, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GoalView, TaskView } from '../../protocol/goal-views.ts';
import { Button } from '../components/ui/button.tsx';
import { Dialog, DialogActions } from '../components/ui/dialog.tsx';
import { useRequest } from '../conversations/use-request.ts';
import { useDeedIds } from '../conversations/use-request-id.ts';
import { useServices } from '../services.tsx';
import { navigate } from '../shell/route.ts';
import { taskActions, type TaskAction } from './goal-words.ts';
import { NoteForm } from './note-form.tsx';
import { TaskFormDialog } from './task-form.tsx';

const icons: Readonly<Record<TaskAction, typeof PencilLine>> = {
  edit: PencilLine,
  remove: Trash2,
  retry: RotateCw,
  skip: SkipForward,
};

interface TaskActionsProps {
  readonly goal: GoalView;
  /** All of the goal. */
  readonly tasks: readonly TaskView[];
  readonly task: TaskView;
  readonly only?: readonly TaskAction[];
}

export function TaskActions({ goal, tasks, task, only }: TaskActionsProps) {
  const { t } = useTranslation('goals');
  const [asked, setAsked] = useState<TaskAction | null>(null);
  const actions = taskActions(goal, task).filter((action) => only === undefined || only.includes(action));
  const close = () => setAsked(null);
  if (actions.length === 0 && asked === null) return null;
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      {actions.map((action) => {
        const Icon = icons[action];
        return (
          <Button
            key={action}
            size="small"
            variant={action === 'remove' || action === 'skip' ? 'ghost' : 'outline'}
            onClick={() => setAsked(action)}
          >
            <Icon size={14} aria-hidden />
            {t(`action.${action}Task`)}
          </Button>
        );
      })}
      <SkipDialog task={asked === 'skip' ? task : null} onClose={close} />
      <ConfirmDialog what={asked === 'retry' || asked === 'remove' ? asked : null} task={task} onClose={close} />
      <TaskFormDialog goal={goal} tasks={tasks} editing={asked === 'edit' ? task : null} onClose={close} />
    </div>
  );
}

function SkipDialog({ task, onClose }: { readonly task: TaskView | null; readonly onClose: () => void }) {
  const { t } = useTranslation('goals');
  const { client } = useServices();
  return (
    <Dialog open={task !== null} onClose={onClose} title={t('task.skipTitle')}>
      {task !== null && (
        <>
          <p className="mt-1 mb-3 text-sm text-ink-soft">{t('task.skipHint')}</p>
          <NoteForm
            label={t('task.skipReason')}
            action={t('action.skipTask')}
            optional
            onCancel={onClose}
            send={(reason, requestId) => client.goals.skipTask.mutate({ requestId, taskId: task.id, reason })}
            onSent={onClose}
          />
        </>
      )}
    </Dialog>
  );
}

interface ConfirmDialogProps {
  readonly what: 'retry' | 'remove' | null;
  readonly task: TaskView;
  readonly onClose: () => void;
}

function ConfirmDialog({ what, task, onClose }: ConfirmDialogProps) {
  const { t } = useTranslation('goals');
  const { t: common } = useTranslation('common');
  const { client } = useServices();
  const { running, problem, run } = useRequest();
  const { requestId, settled } = useDeedIds();
  const confirm = () => {
    if (what === 'retry') {
      run(
        () => client.goals.retryTask.mutate({ requestId: requestId(), taskId: task.id }),
        () => {
          settled();
          onClose();
        },
      );
    }
    if (what !== 'remove') return;
    run(
      () => client.goals.removeTask.mutate({ taskId: task.id }).then(({ id }) => navigate({ page: 'goal', id })),
      onClose,
    );
  };
  return (
    <Dialog
      open={what !== null}
      onClose={onClose}
      title={t(what === 'remove' ? 'task.removeTitle' : 'task.retryTitle')}
    >
      <p translate="no" className="mt-1.5 text-sm font-medium wrap-anywhere">
        {task.title}
      </p>
      {what === 'retry' && <p className="mt-1 text-sm text-ink-soft">{t('task.retryHint')}</p>}
      {problem !== null && (
        <p role="alert" translate="no" className="mt-2 text-[0.8125rem] text-alarm">
          {problem}
        </p>
      )}
      <DialogActions>
        <Button onClick={onClose}>{common('cancel')}</Button>
        <Button variant={what === 'remove' ? 'danger' : 'primary'} disabled={running} onClick={confirm}>
          {t(what === 'remove' ? 'action.removeTask' : 'action.retryTask')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
