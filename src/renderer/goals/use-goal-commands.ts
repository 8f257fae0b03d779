/** Beside its own actions: what else can be done with the goal on screen has a name in the palette. */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { GoalView } from '../../protocol/goal-views.ts';
import { useCommands, type Command } from '../commands/commands.ts';
import { describeError } from '../connection/refusal.ts';
import { useServices } from '../services.tsx';
import { navigate } from '../shell/route.ts';
import { downloadGoal } from './download-goal.ts';
import { mayAddTasks } from './goal-words.ts';

/** `onAdd` opens the form of a further task; it stays the same function. */
export function useGoalCommands(
  { id, state, resumesTo, conversationId, hasDeliverable }: GoalView,
  onAdd: (adding: boolean) => void,
): void {
  const { t } = useTranslation('goals');
  const { client, toasts } = useServices();
  const canAdd = mayAddTasks({ state, resumesTo });
  useCommands(
    useMemo(() => {
      const group = t('command.group');
      const download = (format: 'md' | 'zip') => () =>
        void downloadGoal(client, id, format).catch((error: unknown) =>
          toasts.show({ id: 'goal', title: describeError(error), tone: 'alarm' }),
        );
      const offered: (Command | false)[] = [
        canAdd && { id: 'goal.add-task', title: t('command.addTask'), group, run: () => onAdd(true) },
        hasDeliverable && { id: 'goal.md', title: t('command.downloadMd'), group, run: download('md') },
        hasDeliverable && { id: 'goal.zip', title: t('command.downloadZip'), group, run: download('zip') },
        {
          id: 'goal.conversation',
          title: t('command.toConversation'),
          group,
          run: () => navigate({ page: 'conversation', id: conversationId }),
        },
        {
          id: 'goal.inspect',
          title: t('command.inspect'),
          group,
          run: () => navigate({ page: 'inspector', actorId: `goal:${id}` }),
        },
      ];
      return offered.filter((command) => command !== false);
    }, [t, client, toasts, id, conversationId, hasDeliverable, canAdd, onAdd]),
  );
}
