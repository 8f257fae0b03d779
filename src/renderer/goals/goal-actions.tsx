/** The buttons for what can be done with a goal now, and their names in the palette where the goal has the page to itself. */
import { CirclePause, CirclePlay, PencilLine, RotateCw, Settings2, X } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GoalView } from '../../protocol/goal-views.ts';
import { useCommands } from '../commands/commands.ts';
import { Button } from '../components/ui/button.tsx';
import { describeError } from '../connection/refusal.ts';
import { useDeedIds } from '../conversations/use-request-id.ts';
import { useServices } from '../services.tsx';
import { CancelDialog } from './cancel-dialog.tsx';
import { goalActions, type GoalAction } from './goal-words.ts';
import { OptionsDialog } from './options-dialog.tsx';
import { ReplanDialog } from './replan-dialog.tsx';

const icons: Readonly<Partial<Record<GoalAction, typeof X>>> = {
  change: PencilLine,
  pause: CirclePause,
  resume: CirclePlay,
  raise: CirclePlay,
  again: RotateCw,
  options: Settings2,
  cancel: X,
};

const looks: Readonly<Record<GoalAction, 'primary' | 'outline' | 'ghost'>> = {
  approve: 'primary',
  resume: 'primary',
  raise: 'primary',
  again: 'primary',
  change: 'outline',
  pause: 'outline',
  options: 'ghost',
  cancel: 'ghost',
};

interface GoalActionsProps {
  readonly goal: GoalView;
  /** Which of them; absent: all that are possible. */
  readonly only?: readonly GoalAction[];
  /** They have names in the palette. */
  readonly named?: boolean;
}

export function GoalActions({ goal, only, named = false }: GoalActionsProps) {
  const { t } = useTranslation('goals');
  const { asked, act, close, running, problem } = useActions(goal);
  const list = goalActions(goal)
    .filter((action) => only === undefined || only.includes(action))
    .join(' ');
  const actions = useMemo(() => list.split(' ').filter((name): name is GoalAction => name !== ''), [list]);
  useCommands(
    useMemo(
      () =>
        named
          ? actions.map((action) => ({
              id: `goal.${action}`,
              title: t(`command.${action}`),
              group: t('command.group'),
              run: () => act(action),
            }))
          : [],
      [named, actions, act, t],
    ),
  );
  return (
    <>
      {actions.length > 0 && (
        <div className="flex flex-wrap items-center gap-1.5">
          {actions.map((action) => {
            const Icon = icons[action];
            return (
              <Button key={action} size="small" variant={looks[action]} disabled={running} onClick={() => act(action)}>
                {Icon !== undefined && <Icon size={14} aria-hidden />}
                {t(`action.${action}`)}
              </Button>
            );
          })}
        </div>
      )}
      {problem !== null && (
        <p role="alert" translate="no" className="text-[0.8125rem] text-alarm">
          {problem}
        </p>
      )}
      <CancelDialog goalId={asked === 'cancel' ? goal.id : null} onClose={close} />
      <ReplanDialog goalId={asked === 'change' ? goal.id : null} onClose={close} />
      <OptionsDialog
        goal={asked === 'options' || asked === 'raise' ? goal : null}
        raise={asked === 'raise'}
        onClose={close}
      />
    </>
  );
}

/** Some are done at once, the others ask something first. */
function useActions({ id, planVersion }: Pick<GoalView, 'id' | 'planVersion'>) {
  const { client } = useServices();
  const [asked, setAsked] = useState<GoalAction | null>(null);
  const [running, setRunning] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const { requestId, settled } = useDeedIds();
  const act = useCallback(
    (action: GoalAction) => {
      const calls: Partial<Record<GoalAction, () => Promise<unknown>>> = {
        ...(planVersion === null ? {} : { approve: () => client.goals.approve.mutate({ id, planVersion }) }),
        pause: () => client.goals.pause.mutate({ id }),
        resume: () => client.goals.resume.mutate({ requestId: requestId(), id }),
        again: () => client.goals.resume.mutate({ requestId: requestId(), id }),
      };
      const call = calls[action];
      setProblem(null);
      if (call === undefined) {
        setAsked(action);
        return;
      }
      setRunning(true);
      call()
        .then(settled)
        .catch((error: unknown) => setProblem(describeError(error)))
        .finally(() => setRunning(false));
    },
    [client, id, planVersion, requestId, settled],
  );
  return { asked, act, close: () => setAsked(null), running, problem };
}
