/**
 * The engine: puts the machines, the database and the worker host together. Everything that happens (calls, workers' messages,
 * ends of processes, timers) becomes an input of a turn; this file says which.
 */
import type { Store } from '../../db/store.ts';
import type { SupervisorEmitted, SupervisorTimings } from '../../machines/supervisor.machine.ts';
import type { WorkerLimits } from '../../machines/worker.machine.ts';
import type { JobId } from '../protocol/ids.ts';
import { type FailureClass, lanes, type LostReason } from '../protocol/job.ts';
import type { ProviderLimits } from '../protocol/provider.ts';
import type { HealthView } from '../protocol/views.ts';
import type { WorkerToEngine } from '../protocol/worker.ts';
import { createActorViews } from './actor-views.ts';
import { createAgents } from './agents.ts';
import { ClockJumps } from './clock-jumps.ts';
import { createConversationFiles } from './conversation-files.ts';
import { createChatSide, createConversations } from './conversations.ts';
import { seed } from './defaults.ts';
import { Dispatch } from './dispatch.ts';
import { Dispatcher } from './dispatcher.ts';
import { EngineError } from './errors.ts';
import { Fallbacks } from './fallbacks.ts';
import { Health } from './health.ts';
import { createJobs } from './jobs.ts';
import { LlmJobQueue } from './llm-job-queue.service.ts';
import { Pool } from './pool.ts';
import { createPoolService } from './pool-service.ts';
import type { Clock, JobHistory, Log, Random, SecretStore, SystemMeter, WorkerHost } from './ports.ts';
import { ProviderActors, type BaseUrls } from './provider-actors.ts';
import { ProviderSettings } from './provider-settings.ts';
import { RequestBuilder } from './request-builder.ts';
import { Retention } from './retention.ts';
import type { EngineService } from './service.ts';
import { SettingsStore } from './settings.ts';
import { Slots } from './slots.ts';
import { StopConfirmations } from './stop-confirmations.ts';
import { Streams } from './streams.ts';
import { Topics } from './topics.ts';
import { TurnLoop, type Turn, type TurnStep } from './turn.ts';
import type { Ids } from './ulid.ts';
import { Views } from './views.ts';

export interface EngineOptions {
  /** Opened by the host, and closed by it after `stop`. */
  store: Store;
  /** Opened by the host on the same store; `stop` closes it. */
  history: JobHistory;
  workerHost: WorkerHost;
  clock: Clock;
  ids: Ids;
  random: Random;
  secrets: SecretStore;
  system: SystemMeter;
  log: Log;
  /** Base URLs from the host's environment, by provider id. */
  baseUrls?: BaseUrls;
  /** Heartbeats and ticks of the supervisor; absent: its defaults. */
  supervisorTimings?: SupervisorTimings;
  workerLimits?: WorkerLimits;
  /** Called at each step of every turn: for measuring, and for cutting turns off in tests. */
  onTurnStep?: (step: TurnStep, turn: Turn) => void;
}

export interface Engine extends EngineService {
  /** Recovers what a crash left behind, then starts the pool. Twice is harmless. */
  start(): Promise<void>;
  /**
   * Takes no more jobs, lets the workers finish for `drainMs` (0: not at all), puts the rest back into the queue. Resolves
   * when no process is left. Twice, or before `start`, is harmless; a later call with a shorter time ends the waiting.
   */
  stop(options?: { drainMs?: number }): Promise<void>;
  health(): HealthView;
}

/** Streams are stored, and the pool's and queue's watchers are told, this often (when there is anything). */
const pulseMs = 250;
/** Failures of a request that no model has worked on. */
const refused: ReadonlySet<FailureClass> = new Set(['provider-down', 'misconfigured', 'rejected']);
/** Due timers handled in one turn; the next turn follows at once. */
const maxDue = 256;
/** The supervisor is asked for more workers at most this often. */
const demandEveryMs = 20;

export function createEngine(options: EngineOptions): Engine {
  const { store, clock, ids, random, secrets, system, log } = options;
  let starting: Promise<void> | undefined;
  let stopping: Promise<void> | undefined;
  /** Something may be claimable. Cleared by the commit of a turn that has offered. */
  let bell = false;
  let workersChanged = false;
  let pulseDue = false;
  let modelsAsked = false;
  const posted = new Set<string>();
  let lastDemandAt = 0;
  let cancelPulse: (() => void) | undefined;

  const topics = new Topics();
  const slots = new Slots();
  const settings = new SettingsStore(store, system.cpuCount);
  settings.load();
  const providers = new ProviderActors({ store, secrets, slots, clock, baseUrls: options.baseUrls ?? {} });
  const streams = new Streams(store, topics);
  const turns = new TurnLoop({
    store,
    clock,
    topics,
    log,
    defer: (callback) => void setImmediate(callback),
    finish: finishTurn,
    rolledBack: () => queue.ledger.forgetTurn(),
    excuses: (error) => dispatch.excuses(error),
    send: (workerId, messages) => pool.send(workerId, messages),
    onStorageFault: () => health.faultChanged(),
    onStep: options.onTurnStep,
  });
  const health = new Health({ store, history: options.history, turns, topics, log });
  const queue: LlmJobQueue = new LlmJobQueue({
    store,
    turns: () => turns,
    slots,
    streams,
    providers,
    random,
    chat: createChatSide(store, ids),
    stopping: (turn, workerId, jobId, attempt) => turn.after(() => confirmations.expect(workerId, jobId, attempt)),
    ringDispatcher: () => {
      bell = true;
    },
    countsChanged: () => {
      pulseDue = true;
    },
  });
  const confirmations = new StopConfirmations({
    clock,
    holds: (workerId, jobId, attempt) => slots.holds(workerId, jobId, attempt),
    overdue: (workerId, jobId, attempt) =>
      turns.post(
        'stop unconfirmed',
        (turn) => giveUp(turn, workerId, jobId, attempt),
        reportRefusal('stop unconfirmed'),
      ),
  });
  const requests = new RequestBuilder(store, (id) => providers.require(id));
  const dispatch = new Dispatch({ store, queue, slots, providers, requests });
  const clockJumps = new ClockJumps(clock, pulseMs);
  const fallbacks = new Fallbacks({ store, queue, providers });
  const dispatcher = new Dispatcher(clock, () => {
    // Before anything is found due or overdue by a clock that has moved.
    lookAtClock();
    postOnce('dispatch', wakeDue);
  });
  const pool: Pool = new Pool({
    host: options.workerHost,
    clock,
    size: poolSize(),
    measure,
    onMessages,
    onEmitted,
    timings: options.supervisorTimings,
    workerLimits: options.workerLimits,
  });
  const retention = new Retention({ store, queue, turns, settings, clock, log });
  const views = new Views(store, providers, queue);
  const providerSettings = new ProviderSettings({ turns, providers, secrets, pool, clock, log });

  return {
    ...createConversations({ store, queue, turns, topics, views, ids, defaultAgent }),
    conversationFiles: createConversationFiles({ store, history: options.history, turns, views, ids, defaultAgent }),
    jobs: createJobs({ store, history: options.history, queue, turns, topics, streams, views, ids }),
    agents: createAgents({ store, turns, views, ids, providers, settings }),
    providers: providerSettings.service,
    pool: createPoolService({ pool, queue, slots, topics, turns, settings }),
    actors: createActorViews({ queue, providers, pool, dispatcher, topics, turns, views }),
    settings: {
      get: () => settings.get(),
      update: (change) =>
        turns.call('settings.update', (turn) => {
          const agentId = change.defaultAgentId;
          if (agentId !== undefined && agentId !== null && store.chat.agent(agentId) === undefined) {
            throw new EngineError('NOT_FOUND', 'This agent was removed. Choose another one as the default.');
          }
          const next = settings.update(turn, change);
          if (next.poolMin > next.poolMax) {
            throw new EngineError('BAD_REQUEST', 'poolMin must not be larger than poolMax.');
          }
          turn.after(applySettings);
          return next;
        }),
    },
    start() {
      starting ??= start();
      return starting;
    },
    async stop({ drainMs = 10_000 } = {}) {
      if (stopping !== undefined && drainMs === 0) pool.killAll();
      stopping ??= stop(drainMs);
      await stopping;
    },
    system: health.service,
    health: () => health.view(),
  };

  async function start(): Promise<void> {
    if (stopping !== undefined) throw new EngineError('UNAVAILABLE', 'This engine was stopped; make a new one.');
    health.status = 'starting';
    providers.load();
    queue.ledger.load();
    await turns.call('seed', (turn) => seed(turn, store, providers, settings, ids));
    for (const id of store.jobs.activeIds()) turns.post('recover', (turn) => recover(turn, id), endAsBug(id));
    for (const id of store.jobs.stoppingIds()) turns.post('recover', (turn) => recoverStopped(turn, id), endAsBug(id));
    await turns.call('recovered', () => undefined);
    applySettings();
    pool.start();
    dispatcher.start();
    pulse();
    retention.start();
    health.status = 'ok';
    void health.check();
  }

  /** What a crash left behind: nothing runs any more, so an active job goes back to the queue; its partial text is kept. */
  function recover(turn: Turn, id: JobId): void {
    const row = queue.actors.row(id);
    if (row === undefined) return;
    providers.loseProbe(turn, row.provider, id);
    dispatch.rebook(turn, row);
    queue.requeue(turn, id, row.attemptsStarted, 'host-restarted');
  }

  function recoverStopped(turn: Turn, id: JobId): void {
    const attempt = queue.actors.row(id)?.attemptsStarted;
    if (attempt !== undefined) queue.stopped(turn, id, attempt);
  }

  async function stop(drainMs: number): Promise<void> {
    health.status = 'stopping';
    retention.stop();
    if (starting !== undefined) {
      await starting.catch(() => undefined);
      dispatcher.stop();
      await pool.stop(clock, drainMs);
      cancelPulse?.();
    }
    postOnce('store streams', (turn) => streams.store(turn));
    turns.close();
    queue.actors.stopAll();
    providers.stopAll();
    await options.history.close();
    health.status = 'stopped';
  }

  function applySettings(): void {
    store.setSynchronous(settings.get().synchronous);
    pool.resize(poolSize());
  }

  function poolSize() {
    const { poolMin, poolMax, slotsPerWorker } = settings.get();
    return { min: poolMin, max: poolMax, slotsPerWorker };
  }

  function defaultAgent() {
    const { defaultAgentId } = settings.get();
    if (defaultAgentId === null) throw new EngineError('CONFLICT', 'There is no agent yet. Create one first.');
    return defaultAgentId;
  }

  /** Ends every turn: free slots are filled, counters written, all in the same transaction. */
  function finishTurn(turn: Turn): void {
    if (workersChanged) {
      const accepting = pool.workers.filter(({ state: at }) => at === 'ready' || at === 'saturated');
      slots.acceptOnly(new Set(accepting.map(({ id }) => id)));
      workersChanged = false;
    }
    const offers = bell && dispatcher.isRunning;
    if (offers) {
      const offer = dispatch.offer(turn, dispatcher.nextClaim);
      turn.after(() => {
        bell = false;
        dispatcher.offered(offer);
      });
    }
    queue.ledger.finishTurn(turn);
    turn.after(tellSlots);
    // Behind the counters: what this turn has enqueued counts.
    if (offers) turn.after(askForWorkers);
  }

  /** Once for a turn, however many slots it filled and freed. */
  function tellSlots(): void {
    for (const { workerId, used } of slots.takeChanges()) {
      pulseDue = true;
      pool.slotsChanged(workerId, used);
    }
  }

  /** Backlog without a free slot: the supervisor looks at the pool's size now, and not only at its next tick. */
  function askForWorkers(): void {
    if (slots.freest(false) !== undefined || lanes.every((lane) => queue.ledger.countIn(lane, 'waiting') === 0)) return;
    // Not less than nothing either: the clock may have gone back.
    if (Math.abs(clock.now() - lastDemandAt) < demandEveryMs) return;
    lastDemandAt = clock.now();
    pool.demandChanged();
  }

  /** For what one input can do for all: a disk that takes no writes must not let ticks pile up in the inbox. */
  function postOnce(name: string, work: (turn: Turn) => void): void {
    if (posted.has(name)) return;
    posted.add(name);
    const settled = (): boolean => posted.delete(name);
    const run = (turn: Turn): void => {
      turn.after(settled);
      work(turn);
    };
    turns.post(name, run, (error) => {
      settled();
      reportRefusal(name)(error);
    });
  }

  /** The dispatcher's slow tick: timers that came due, jobs that ran out of time, providers whose pause is over. */
  function wakeDue(turn: Turn): void {
    bell = true;
    const due = store.jobs.due(turn.at, maxDue);
    const expired = [...store.jobs.expired(turn.at, maxDue), ...store.jobs.queuedTooLong(turn.at, maxDue)];
    const overtime = queue.actors.overtime(turn.at);
    const moved = fallbacks.due(turn.at);
    turn.after(() => {
      // Each by itself, so that one that cannot be handled does not keep the others.
      for (const id of due) turns.post('due', (next) => queue.wake(next, id), endAsBug(id));
      for (const id of expired) turns.post('expire', (next) => queue.expire(next, id), endAsBug(id));
      for (const { id, model } of moved) {
        turns.post('fall back', (next) => queue.fallBack(next, id, model), endAsBug(id));
      }
      for (const id of overtime) turns.post('time out', (next) => queue.timeOut(next, id), endAsBug(id));
      if (due.length === maxDue || expired.length >= maxDue) postOnce('dispatch', wakeDue);
    });
    providers.wakeDue(turn);
  }

  function lookAtClock(): void {
    const jumpMs = clockJumps.look();
    if (jumpMs === 0) return;
    log('info', jumpMs < 0 ? 'the clock went back' : 'the clock went ahead, or this process stood still', { jumpMs });
    turns.post('clock jump', (turn) => followClock(turn, jumpMs), reportRefusal('clock jump'));
  }

  /** See `clock-jumps.ts`. */
  function followClock(turn: Turn, jumpMs: number): void {
    store.jobTimes.shiftDeadlines(jumpMs);
    queue.actors.shiftDeadlines(turn, jumpMs);
    if (jumpMs > 0) return;
    store.jobTimes.shiftDelays(jumpMs);
    providers.shiftPauses(turn, jumpMs);
  }

  function pulse(): void {
    cancelPulse = clock.after(pulseMs, pulse);
    lookAtClock();
    if (streams.hasUnstored) postOnce('store streams', (turn) => streams.store(turn));
    if (!pulseDue) return;
    pulseDue = false;
    topics.ring('pool');
    topics.ring('queue');
  }

  function measure() {
    let backlog = 0;
    for (const lane of lanes) {
      for (const provider of providers.open(lane)) backlog += queue.ledger.count({ lane, state: 'waiting', provider });
    }
    return {
      backlog,
      slotsUsed: slots.used,
      quarantineWaiting: dispatch.suspectsWaiting(settings.get().poolMax),
      cpuCount: system.cpuCount,
      freeMemoryBytes: system.freeMemoryBytes(),
      eventLoopDelayMs: system.eventLoopDelayMs(),
    };
  }

  function onMessages(workerId: string, messages: readonly WorkerToEngine[]): void {
    for (const message of messages) onMessage(workerId, message);
  }

  function onMessage(workerId: string, message: WorkerToEngine): void {
    switch (message.type) {
      case 'delta': {
        const { jobId, attempt, parts } = message;
        if (streams.append(jobId, attempt, parts)) {
          turns.post('first content', (turn) => queue.firstContent(turn, jobId, attempt), endAsBug(jobId));
        }
        return;
      }
      case 'done': {
        const { jobId, attempt, result, limits } = message;
        const tokens = result.usage.inputTokens + result.usage.outputTokens;
        const settle = (turn: Turn): void => {
          noteLimits(workerId, jobId, attempt, limits);
          freeSlot(turn, workerId, jobId, attempt, tokens);
          if (queue.actors.runningAttempt(jobId) === attempt) queue.complete(turn, jobId, attempt, result);
          else queue.stopped(turn, jobId, attempt);
        };
        turns.post(
          'done',
          settle,
          endAsBug(jobId, () => freeAlone(workerId, jobId, attempt)),
        );
        return;
      }
      case 'failed': {
        const { jobId, attempt, failure, limits } = message;
        const tokens = refused.has(failure.class) ? 0 : undefined;
        const settle = (turn: Turn): void => {
          noteLimits(workerId, jobId, attempt, limits);
          freeSlot(turn, workerId, jobId, attempt, tokens);
          if (queue.actors.runningAttempt(jobId) === attempt) queue.fail(turn, jobId, attempt, failure);
          else queue.stopped(turn, jobId, attempt);
        };
        turns.post(
          'failed',
          settle,
          endAsBug(jobId, () => freeAlone(workerId, jobId, attempt)),
        );
        return;
      }
      case 'provider-report':
        providerSettings.onReport(message);
        return;
      case 'log':
        log(message.level, message.message, { worker: workerId });
        return;
      case 'ready':
      case 'heartbeat':
      case 'drained':
        // For the worker's own machine.
        return;
    }
  }

  function noteLimits(workerId: string, jobId: JobId, attempt: number, limits: ProviderLimits | undefined): void {
    const provider = slots.providerOf(workerId, jobId, attempt);
    const row = provider === undefined ? undefined : providers.row(provider);
    if (row !== undefined && limits !== undefined) providers.rates.observe(row, limits);
  }

  /** `tokens`: what the attempt took; undefined when nobody knows. */
  function freeSlot(turn: Turn, workerId: string, jobId: JobId, attempt: number, tokens?: number): void {
    providers.rates.settle(turn, jobId, attempt, tokens);
    if (slots.free(turn, workerId, jobId, attempt)) bell = true;
  }

  /** The slot of an attempt whose end could not be written as it came. */
  function freeAlone(workerId: string, jobId: JobId, attempt: number): void {
    turns.post('free slot', (turn) => freeSlot(turn, workerId, jobId, attempt), reportRefusal('free slot'));
  }

  function onEmitted(emitted: SupervisorEmitted): void {
    pulseDue = true;
    workersChanged = true;
    switch (emitted.type) {
      case 'ready': {
        const { workerId } = emitted;
        turns.post('worker ready', (turn) => workerReady(turn, workerId), reportRefusal('worker ready'));
        return;
      }
      case 'lost': {
        const { workerId, reason } = emitted;
        log('warn', 'a worker process ended', { worker: workerId, reason, exit: emitted.exit });
        turns.post('worker lost', (turn) => release(turn, workerId, reason), reportRefusal('worker lost'));
        return;
      }
      case 'broken':
        log('error', 'a worker is broken and was given up', { worker: emitted.workerId, reason: emitted.reason });
        return;
      case 'stopped': {
        const { workerId } = emitted;
        const settle = (turn: Turn): void => release(turn, workerId, 'worker-drained');
        turns.post('worker stopped', settle, reportRefusal('worker stopped'));
        return;
      }
      case 'changed':
        return;
    }
  }

  /** The worker's process is gone: its slots are no more, and what it held goes back to the queue, each job by itself. */
  function release(turn: Turn, workerId: string, reason: LostReason): void {
    const held = slots.remove(turn, workerId);
    for (const { jobId, attempt } of held) providers.rates.settle(turn, jobId, attempt, undefined);
    turn.after(() => {
      for (const { jobId, attempt } of held) {
        const settle = (next: Turn): void => {
          queue.requeue(next, jobId, attempt, reason);
          queue.stopped(next, jobId, attempt);
        };
        turns.post('requeue', settle, endAsBug(jobId));
      }
    });
  }

  /** The worker did not stop this attempt when it was told to: its other jobs are moved, and its process is killed. */
  function giveUp(turn: Turn, workerId: string, jobId: JobId, attempt: number): void {
    if (!slots.holds(workerId, jobId, attempt)) return;
    release(turn, workerId, 'worker-unconfirmed');
    turn.after(() => {
      log('warn', 'a worker did not confirm a stop and is killed', { worker: workerId, job: jobId, attempt });
      pool.unconfirmed(workerId);
    });
  }

  function workerReady(turn: Turn, workerId: string): void {
    const worker = pool.workers.find(({ id }) => id === workerId);
    if (worker === undefined) return;
    slots.add(turn, workerId, worker.slots, worker.purpose === 'quarantine');
    workersChanged = true;
    bell = true;
    if (!modelsAsked) providerSettings.refreshModels();
    modelsAsked = true;
  }

  /** What handling this job threw, also alone in a turn: the job ends as a bug of ours, and the others go on. */
  function endAsBug(jobId: JobId, also?: () => void): (error: unknown) => void {
    return (error) => {
      also?.();
      turns.post('end as bug', (turn) => queue.endAsBug(turn, jobId, error), reportRefusal(`end ${jobId} as bug`));
    };
  }

  function reportRefusal(what: string): (error: unknown) => void {
    return (error) => log('error', `${what} failed`, { error: error instanceof Error ? error.stack : String(error) });
  }
}
