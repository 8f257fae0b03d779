/** Changes the options of a goal that is there; with `raise` it goes on with them at once. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GoalView } from '../../protocol/goal-views.ts';
import type { GoalOptions } from '../../protocol/goals.ts';
import { Button } from '../components/ui/button.tsx';
import { Dialog, DialogActions } from '../components/ui/dialog.tsx';
import { useRequest } from '../conversations/use-request.ts';
import { useRequestId } from '../conversations/use-request-id.ts';
import { useServices } from '../services.tsx';
import { BurnLine } from './burn.tsx';
import { readBudget, typedBudget } from './goal-options.ts';
import { BudgetFields, OptionsForm } from './options-form.tsx';

interface OptionsDialogProps {
  /** Null: closed. */
  readonly goal: GoalView | null;
  /** It is paused at a cap. */
  readonly raise: boolean;
  readonly onClose: () => void;
}

export function OptionsDialog({ goal, raise, onClose }: OptionsDialogProps) {
  const { t } = useTranslation('goals');
  return (
    <Dialog
      open={goal !== null}
      onClose={onClose}
      title={t(raise ? 'raise.title' : 'options.title')}
      className="w-[min(34rem,calc(100vw-2rem))]"
    >
      {goal !== null && <OptionsOf goal={goal} raise={raise} onClose={onClose} />}
    </Dialog>
  );
}

function OptionsOf({ goal, raise, onClose }: OptionsDialogProps & { readonly goal: GoalView }) {
  const { t } = useTranslation('goals');
  const { t: common } = useTranslation('common');
  const { client } = useServices();
  const [options, setOptions] = useState<GoalOptions>(goal.options);
  const [typed, setTyped] = useState(() => typedBudget(goal.options.budget));
  const { running, problem, run } = useRequest();
  const requestId = useRequestId();
  const budget = readBudget(typed);
  const save = () => {
    if (budget === null) return;
    const changed = { ...options, budget };
    run(
      () =>
        raise
          ? client.goals.resume.mutate({ requestId: requestId(changed), id: goal.id, options: changed })
          : client.goals.setOptions.mutate({ id: goal.id, options: changed }),
      onClose,
    );
  };
  return (
    <form
      className="mt-3 space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      {raise && (
        <p className="text-sm text-ink-soft">
          {t('raise.hint')} <BurnLine goal={goal} className="font-medium text-ink" />
        </p>
      )}
      {!raise && (
        <OptionsForm
          options={options}
          onOptions={setOptions}
          beforePlan={goal.state === 'planning' || goal.resumesTo === 'planning'}
        />
      )}
      <BudgetFields typed={typed} onTyped={setTyped} wrong={budget === null} />
      {problem !== null && (
        <p role="alert" translate="no" className="text-[0.8125rem] text-alarm">
          {problem}
        </p>
      )}
      <DialogActions>
        <Button onClick={onClose}>{common('cancel')}</Button>
        <Button type="submit" variant="primary" disabled={running || budget === null}>
          {raise ? t('action.raise') : common('save')}
        </Button>
      </DialogActions>
    </form>
  );
}
