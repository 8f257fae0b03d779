/** What can be done with one job from its row: the same in its menu and in the command palette. */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommands } from '../commands/commands.ts';
import { describeError } from '../connection/refusal.ts';
import type { JobLine } from '../../protocol/queue.ts';
import type { JobUserEvent } from '../../protocol/views.ts';
import { useServices } from '../services.tsx';
import { navigate } from '../shell/route.ts';
import { lanes } from './filters.ts';

export interface RowAction {
  readonly id: string;
  readonly title: string;
  readonly danger: boolean;
  run(): void;
}

interface RowActionsOptions {
  /** Null: there is no row to act upon. */
  readonly line: JobLine | null;
  /** After each, whether it was accepted or not. */
  readonly onDone: () => void;
  readonly onProblem: (problem: string) => void;
}

const wordOf = { RETRY: 'retry', SKIP: 'skip', PROMOTE: 'promote', CANCEL: 'cancel' } as const;
const order = ['RETRY', 'SKIP', 'PROMOTE', 'CANCEL'] as const satisfies readonly JobUserEvent[];

/** Only what the job's machine accepts now. */
export function useRowActions({ line, onDone, onProblem }: RowActionsOptions): readonly RowAction[] {
  const { t } = useTranslation('queue');
  const { t: words } = useTranslation('common');
  const { client } = useServices();
  const { id, lane: present, canChangeLane = false } = line ?? {};
  const can = line?.can.join() ?? '';
  return useMemo(() => {
    if (id === undefined) return [];
    const run = (call: () => Promise<unknown>) => () => {
      call()
        .catch((error: unknown) => onProblem(describeError(error)))
        .finally(onDone);
    };
    return [
      { id: 'open', title: t('open'), danger: false, run: () => navigate({ page: 'job', id }) },
      ...order
        .filter((event) => can.split(',').includes(event))
        .map((event) => ({
          id: event,
          title: t(wordOf[event]),
          danger: event === 'CANCEL',
          run: run(() => client.jobs[wordOf[event]].mutate({ id })),
        })),
      ...lanes
        .filter((lane) => canChangeLane && lane !== present)
        .map((lane) => ({
          id: lane,
          title: t('moveTo', { lane: words(`lane.${lane}`) }),
          danger: false,
          run: run(() => client.jobs.setLane.mutate({ id, lane })),
        })),
    ];
  }, [id, can, canChangeLane, present, client, t, words, onDone, onProblem]);
}

/** Offers them to the palette, for the row that the keyboard is at. */
export function useRowCommands(options: RowActionsOptions): void {
  const { t } = useTranslation('queue');
  const actions = useRowActions(options);
  useCommands(
    useMemo(
      () => actions.map(({ id, title, run }) => ({ id: `queue.row.${id}`, title, group: t('thisRow'), run })),
      [actions, t],
    ),
  );
}
