/** A goal can be handed over from anywhere. */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommands } from '../commands/commands.ts';
import { useServices } from '../services.tsx';
import { beginGoal } from './begin-goal.ts';

export function useStartCommand(): void {
  const { t } = useTranslation('goals');
  const services = useServices();
  useCommands(
    useMemo(
      () => [
        {
          id: 'goal.start',
          title: t('command.start'),
          group: t('command.group'),
          keywords: ['/goal'],
          run: () => beginGoal(services),
        },
      ],
      [t, services],
    ),
  );
}
