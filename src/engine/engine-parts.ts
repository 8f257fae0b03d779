/**
 * The parts of the engine, and how they know each other: the queue with its actors, what becomes an input of their turns, and
 * the pool. A part that needs one made after it is given a function that returns it.
 */
import { createActorsNow } from './actors-now.ts';
import { AgentLimits } from './agent-limits.ts';
import { BulkChanges } from './bulk-changes.ts';
import { createChatSide } from './chat-side.ts';
import { Dispatch } from './dispatch.ts';
import { Dispatcher } from './dispatcher.ts';
import type { EngineOptions } from './engine-options.ts';
import { Fallbacks } from './fallbacks.ts';
import { createGoals, type GoalsEngine } from './goals/create-goals.ts';
import { Health } from './health.ts';
import { Inputs } from './inputs.ts';
import { Inspection } from './inspection.ts';
import { JobLists } from './job-lists.ts';
import { LlmJobQueue } from './llm-job-queue.service.ts';
import { Network } from './network.ts';
import { Pool } from './pool.ts';
import { ProviderActors } from './provider-actors.ts';
import { ProviderCalls } from './provider-calls.ts';
import { ProviderTrials, usualLocalServers } from './provider-trials.ts';
import { RequestBuilder } from './request-builder.ts';
import { runtimeObserver } from './runtime-inspection.ts';
import { SettingsStore } from './settings.ts';
import type { Signals } from './signals.ts';
import { Slots } from './slots.ts';
import { StopConfirmations } from './stop-confirmations.ts';
import { Streams } from './streams.ts';
import { createTimers } from './timers.ts';
import { Titles } from './titles.ts';
import { Topics } from './topics.ts';
import { TurnEnd } from './turn-end.ts';
import { TurnLoop } from './turn.ts';
import { createWorkerEvents, type WorkerEvents } from './worker-events.ts';

export type Parts = ReturnType<typeof createParts>;

/** Makes them all. What the settings say is read; nothing else is, and nothing runs yet. */
export function createParts(options: EngineOptions) {
  const { store, clock, ids, random, secrets, system, log } = options;
  const signals: Signals = { bell: false, workersChanged: false, pulseDue: false };
  const ringDispatcher = (): void => {
    signals.bell = true;
  };

  const topics = new Topics();
  const inspection = new Inspection(clock, topics);
  const slots = new Slots();
  const settings = new SettingsStore(store, system.cpuCount);
  settings.load();
  const providers = new ProviderActors({ store, secrets, slots, clock, baseUrls: options.baseUrls ?? {}, inspection });
  const limits = new AgentLimits(store, clock, () => topics.ring('agents'));
  const streams = new Streams(store, topics);
  const turns = new TurnLoop({
    store,
    clock,
    topics,
    log,
    defer: (callback) => void setImmediate(callback),
    finish: (turn) => turnEnd.finish(turn),
    rolledBack: () => {
      queue.ledger.rolledBack();
      queue.statistics.forget();
    },
    excuses: (error) => dispatch.excuses(error),
    send: (workerId, messages) => pool.send(workerId, messages),
    onStorageFault: () => health.faultChanged(),
    onStep: options.onTurnStep,
  });
  const inputs = new Inputs(turns, () => queue, log);
  const health = new Health({ store, history: options.history, turns, topics, clock, log });
  const titles = new Titles({
    store,
    ids,
    queue: () => queue,
    providerKind: (id) => providers.row(id)?.kind,
    enabled: () => settings.get().writeTitles,
  });
  const queue: LlmJobQueue = new LlmJobQueue({
    store,
    inspection,
    turns: () => turns,
    slots,
    streams,
    providers,
    limits,
    random,
    chat: createChatSide(store, ids, { titles, goals: () => goals }),
    stopping: (turn, workerId, jobId, attempt) => turn.after(() => confirmations.expect(workerId, jobId, attempt)),
    ringDispatcher,
    countsChanged: () => {
      signals.pulseDue = true;
    },
  });
  const confirmations = new StopConfirmations({
    clock,
    holds: (workerId, jobId, attempt) => slots.holds(workerId, jobId, attempt),
    overdue: (workerId, jobId, attempt) =>
      inputs.post('stop unconfirmed', (turn) => workerEvents.giveUp(turn, workerId, jobId, attempt)),
  });
  const requests = new RequestBuilder(store, (id) => ({
    kind: providers.require(id).kind,
    models: providers.models(id),
  }));
  const dispatch = new Dispatch({ store, queue, slots, providers, limits, requests });
  const fallbacks = new Fallbacks({ store, queue, providers });
  const timers = createTimers({
    store,
    clock,
    inputs,
    queue,
    providers,
    fallbacks,
    streams,
    topics,
    signals,
    log,
    goals: () => goals.goals,
  });
  const goals: GoalsEngine = createGoals({
    store,
    ids,
    clock,
    topics,
    turns,
    queue,
    providers,
    inputs,
    parallel: () => slots.total,
    inspection,
  });
  const dispatcher = new Dispatcher(clock, () => timers.tick());
  const workerEvents: WorkerEvents = createWorkerEvents({
    inputs,
    queue,
    slots,
    streams,
    providers,
    signals,
    log,
    pool: () => pool,
    calls: () => calls,
    trials: () => trials,
  });
  const turnEnd: TurnEnd = new TurnEnd({
    clock,
    system,
    signals,
    slots,
    queue,
    providers,
    dispatch,
    dispatcher,
    pool: () => pool,
    inspection,
  });
  const pool: Pool = new Pool({
    host: options.workerHost,
    clock,
    size: settings.poolSize(),
    measure: () => turnEnd.measure(settings.get().poolMax),
    onMessages: (workerId, messages) => workerEvents.onMessages(workerId, messages),
    onEmitted: (emitted) => workerEvents.onEmitted(emitted),
    timings: options.supervisorTimings,
    workerLimits: options.workerLimits,
  });
  const calls: ProviderCalls = new ProviderCalls(pool, clock);
  const { localServers = usualLocalServers } = options;
  const trials: ProviderTrials = new ProviderTrials({ turns, providers, calls, localServers, log });
  const network = new Network({ store, turns, secrets, pool, workers: options.workerNetwork });
  const lists = new JobLists(options.history.jobLists, random);
  const bulk = new BulkChanges({ store, turns, queue, lists, clock, log, changed: () => (signals.pulseDue = true) });
  const actorsNow = createActorsNow({ queue, providers, pool, dispatcher, goals: goals.snapshots });
  const observer = runtimeObserver({
    now: () => clock.now(),
    tell: (happening) => inspection.tell(happening),
    failed: (error) => log('error', 'an event could not be inspected', { error }),
  });
  inspection.addSource(() => pool.inspect(observer));
  inspection.addSource(() => dispatcher.inspect(observer));

  return {
    signals,
    ringDispatcher,
    topics,
    inspection,
    slots,
    settings,
    providers,
    limits,
    streams,
    turns,
    inputs,
    health,
    queue,
    requests,
    dispatch,
    timers,
    goals,
    dispatcher,
    pool,
    trials,
    network,
    lists,
    bulk,
    actorsNow,
  };
}
