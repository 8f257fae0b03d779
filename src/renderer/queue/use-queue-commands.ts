/** What the queue offers to the command palette. */
import { useMemo, useRef, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useSelector } from '@xstate/react';
import { useCommands, type Command } from '../commands/commands.ts';
import type { BulkAction, QueueView } from '../../protocol/queue.ts';
import { useServices } from '../services.tsx';
import { navigate } from '../shell/route.ts';
import { lanes, states } from './filters.ts';
import type { PauseActions } from './lane-strip.tsx';

interface QueueCommandsOptions {
  readonly queue: QueueView | null;
  readonly pauses: PauseActions;
  readonly selected: number;
  readonly ask: (action: BulkAction) => void;
}

export function useQueueCommands({ queue, pauses, selected, ask }: QueueCommandsOptions): void {
  const { t } = useTranslation('queue');
  const { t: words } = useTranslation('common');
  const providers = useSelector(useServices().providers, (all) => all);
  const latestAsk = useRef(ask);
  useEffect(() => {
    latestAsk.current = ask;
  }, [ask]);
  // The counts change all the time, the commands do not.
  const pausedLanes = queue?.pausedLanes.map(({ lane }) => lane).join() ?? '';
  const pausedProviders = queue?.pausedProviders.map(({ provider }) => provider).join() ?? '';
  const anySelected = selected > 0;
  const list = useMemo<Command[]>(() => {
    const group = t('group');
    const isPaused = (names: string, name: string) => names.split(',').includes(name);
    const bulk = { cancel: t('bulkCancel'), retry: t('bulkRetry'), setLane: t('bulkMove') };
    return [
      { id: 'queue.all', group, title: t('show', { name: t('all') }), run: () => navigate({ page: 'queue' }) },
      ...states.map((state) => ({
        id: `queue.${state}`,
        group,
        title: t('show', { name: words(`state.${state}`) }),
        run: () => navigate({ page: 'queue', query: `state=${state}` }),
      })),
      ...lanes.map((lane) => {
        const paused = isPaused(pausedLanes, lane);
        const title = t(paused ? 'resumeLane' : 'pauseLane', { lane: words(`lane.${lane}`) });
        return { id: `queue.lane.${lane}`, group, title, run: () => pauses.lane(lane, !paused) };
      }),
      ...providers.map(({ id, name }) => {
        const paused = isPaused(pausedProviders, id);
        const title = t(paused ? 'resumeProvider' : 'pauseProvider', { provider: name });
        return { id: `queue.provider.${id}`, group, title, run: () => pauses.provider(id, !paused) };
      }),
      ...(['cancel', 'retry', 'setLane'] as const)
        .filter(() => anySelected)
        .map((action) => ({
          id: `queue.bulk.${action}`,
          group,
          title: bulk[action],
          run: () => latestAsk.current(action),
        })),
    ];
  }, [t, words, pauses, providers, pausedLanes, pausedProviders, anySelected]);
  useCommands(list);
}
