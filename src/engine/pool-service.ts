/** The pool as the API offers it. */
import type { PoolView } from '../protocol/pool.ts';
import { lanes, type JobState, type Lane } from '../protocol/job.ts';
import { pausedProviders } from './held-up.ts';
import type { LlmJobQueue } from './llm-job-queue.service.ts';
import type { Pool } from './pool.ts';
import type { ProviderActors } from './provider-actors.ts';
import type { EngineService } from './service.ts';
import type { SettingsStore } from './settings.ts';
import type { Slots } from './slots.ts';
import type { Topics } from './topics.ts';
import type { TurnLoop } from './turn.ts';
import { watchState } from './watch-state.ts';

export interface PoolServiceOptions {
  pool: Pool;
  queue: LlmJobQueue;
  slots: Slots;
  topics: Topics;
  turns: TurnLoop;
  settings: SettingsStore;
  providers: ProviderActors;
}

export function createPoolService(options: PoolServiceOptions): EngineService['pool'] {
  const { pool, queue, slots, topics, turns, settings, providers } = options;

  const view = (): PoolView => {
    const { value, context } = pool.snapshot;
    const laneCounts = (lane: Lane) => ({
      blocked: queue.ledger.countIn(lane, 'blocked'),
      delayed: queue.ledger.countIn(lane, 'delayed'),
      waiting: queue.ledger.countIn(lane, 'waiting'),
      active: queue.ledger.countIn(lane, 'active'),
    });
    const finished = (state: JobState) => lanes.reduce((sum, lane) => sum + queue.ledger.countIn(lane, state), 0);
    return {
      state: String(value),
      min: context.min,
      max: context.max,
      wanted: context.wanted,
      reason: context.reason,
      backlog: context.backlog,
      notes: pool.history.count,
      slots: slots.total,
      slotsUsed: slots.used,
      workers: pool.workers.map((worker) => ({
        ...worker,
        jobs: slots.heldBy(worker.id).map(({ jobId: id, attempt }) => ({ id, attempt })),
      })),
      pausedLanes: providers.lanePauses.all().map(({ lane }) => lane),
      pausedProviders: pausedProviders(providers).map(({ provider }) => provider),
      lanes: { high: laneCounts('high'), medium: laneCounts('medium'), low: laneCounts('low') },
      finished: { completed: finished('completed'), failed: finished('failed'), cancelled: finished('cancelled') },
    };
  };

  return {
    get: view,
    watch: (signal) => watchState(topics, 'pool', signal, view),
    async resize({ min, max }) {
      await turns.call('pool.resize', (turn) => {
        const { slotsPerWorker } = settings.update(turn, { poolMin: min, poolMax: max });
        turn.after(() => {
          pool.history.note({ type: 'resize-asked', min, max });
          pool.resize({ min, max, slotsPerWorker });
        });
      });
      return view();
    },
    async drain(workerId) {
      pool.drain(workerId);
      pool.history.note({ type: 'drain-asked', workerId });
      return view();
    },
    async restart({ workerId, how }) {
      pool.restart(workerId, how);
      pool.history.note({ type: 'restart-asked', workerId, how });
      return view();
    },
    history: () => pool.history.view(pool.workers.map(({ id }) => id)),
  };
}
