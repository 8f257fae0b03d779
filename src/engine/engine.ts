/**
 * The engine: puts the machines, the database and the worker host together. Everything that happens becomes an input of a
 * turn: calls (the services), what workers say and how they end (`worker-events.ts`), what the time brings (`timers.ts`).
 */
import type { Store } from '../../db/store.ts';
import type { SupervisorTimings } from '../../machines/supervisor.context.ts';
import type { WorkerLimits } from '../../machines/worker.context.ts';
import type { LocalAddress } from '../protocol/provider.ts';
import type { HealthView } from '../protocol/views.ts';
import { createActorViews } from './actor-views.ts';
import { createActorsNow, type ActorsNow } from './actors-now.ts';
import { AgentLimits } from './agent-limits.ts';
import { AttachmentCare } from './attachment-care.ts';
import { createAttachments } from './attachments.ts';
import { createAgents } from './agents.ts';
import { BulkChanges } from './bulk-changes.ts';
import { Answers } from './answers.ts';
import { Branches } from './branches.ts';
import { createConversationFiles } from './conversation-files.ts';
import { createChatSide } from './chat-side.ts';
import { createConversations } from './conversations.ts';
import { createData } from './data.ts';
import { seed } from './defaults.ts';
import { Dispatch } from './dispatch.ts';
import { Dispatcher } from './dispatcher.ts';
import { EngineError } from './errors.ts';
import { ExpectedStarts } from './expected-starts.ts';
import { Fallbacks } from './fallbacks.ts';
import { createGoals, type GoalsEngine } from './goals/create-goals.ts';
import { Health } from './health.ts';
import { Inputs } from './inputs.ts';
import { Inspection } from './inspection.ts';
import { createInspector } from './inspector.ts';
import { JobLists } from './job-lists.ts';
import { createJobDetails } from './job-details.ts';
import { createJobs } from './jobs.ts';
import { LlmJobQueue } from './llm-job-queue.service.ts';
import { MessageQueue } from './message-queue.ts';
import { createMessages } from './messages.ts';
import { Network } from './network.ts';
import { Pool } from './pool.ts';
import { createPoolService } from './pool-service.ts';
import type {
  Clock,
  DataFolder,
  JobHistory,
  Log,
  Random,
  SecretStore,
  SystemMeter,
  WorkerHost,
  WorkerNetwork,
} from './ports.ts';
import { createProjects } from './projects.ts';
import { ProviderActors, type BaseUrls } from './provider-actors.ts';
import { ProviderCalls } from './provider-calls.ts';
import { ProviderSettings } from './provider-settings.ts';
import { ProviderTrials, usualLocalServers } from './provider-trials.ts';
import { createQueueView } from './queue-view.ts';
import { recoverJobs } from './recovery.ts';
import { RequestBuilder } from './request-builder.ts';
import { Purge } from './removal.ts';
import { Retention } from './retention.ts';
import { runtimeObserver } from './runtime-inspection.ts';
import { createSearchService } from './search.ts';
import type { EngineService } from './service.ts';
import { createSettings } from './settings-service.ts';
import { SettingsStore } from './settings.ts';
import type { Signals } from './signals.ts';
import { Slots } from './slots.ts';
import { createStatistics } from './statistics.ts';
import { StopConfirmations } from './stop-confirmations.ts';
import { Streams } from './streams.ts';
import { createTimers } from './timers.ts';
import { Titles } from './titles.ts';
import { Topics } from './topics.ts';
import { TurnEnd } from './turn-end.ts';
import { TurnLoop, type Turn, type TurnStep } from './turn.ts';
import type { Ids } from './ulid.ts';
import { Views } from './views.ts';
import { createWorkerEvents, type WorkerEvents } from './worker-events.ts';

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
  /** Where programs that serve models listen on this machine; absent: where they do unless they were told otherwise. */
  localServers?: readonly LocalAddress[];
  /** Absent: the workers' network cannot be set. */
  workerNetwork?: WorkerNetwork;
  /** Absent: there are no sizes and backups to show. */
  dataFolder?: DataFolder;
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
  /** Starts no further job until `wake`: the machine goes to sleep. What runs goes on. */
  rest(): void;
  wake(): void;
  health(): HealthView;
  /** For who inspects without the API (`--inspect`). */
  readonly inspection: Inspection;
  readonly actorsNow: ActorsNow;
}

export function createEngine(options: EngineOptions): Engine {
  const { store, clock, ids, random, secrets, system, log } = options;
  let starting: Promise<void> | undefined;
  let stopping: Promise<void> | undefined;
  const signals: Signals = { bell: false, workersChanged: false, pulseDue: false };

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
    ringDispatcher: () => {
      signals.bell = true;
    },
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
    size: poolSize(),
    measure: () => turnEnd.measure(settings.get().poolMax),
    onMessages: (workerId, messages) => workerEvents.onMessages(workerId, messages),
    onEmitted: (emitted) => workerEvents.onEmitted(emitted),
    timings: options.supervisorTimings,
    workerLimits: options.workerLimits,
  });
  const attachmentCare = new AttachmentCare(store, inputs, clock);
  const retention = new Retention({ store, queue, turns, settings, clock, log });
  const purge = new Purge({ store, turns, clock, log });
  const answers = new Answers(store, queue, ids);
  const messageQueue = new MessageQueue({ store, queue, answers, ids });
  const branches = new Branches({ store, queue, answers, messageQueue });
  const { ledger, runTimes } = queue;
  const starts = new ExpectedStarts({ slots, providers, ledger, runTimes, clock });
  const views = new Views(store, providers, queue, limits, starts);
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
  const calls: ProviderCalls = new ProviderCalls(pool, clock);
  const { localServers = usualLocalServers } = options;
  const trials: ProviderTrials = new ProviderTrials({ turns, providers, calls, localServers, log });
  const network = new Network({ store, turns, secrets, pool, workers: options.workerNetwork });
  const providerSettings = new ProviderSettings({ store, turns, topics, providers, secrets, trials, ledger });

  return {
    ...createConversations({
      store,
      queue,
      goals: goals.goals,
      turns,
      topics,
      views,
      ids,
      providers,
      answers,
      defaultAgent,
    }),
    projects: createProjects({ store, queue, goals: goals.goals, turns, topics, views, ids }),
    messages: createMessages({ store, queue, turns, views, ids, answers, branches, messageQueue }),
    conversationFiles: createConversationFiles({ store, history: options.history, turns, views, ids, defaultAgent }),
    goals: goals.service,
    jobs: createJobs({ store, history: options.history, queue, turns, topics, streams, views, ids }),
    agents: createAgents({
      store,
      turns,
      topics,
      views,
      ids,
      providers,
      settings,
      limits,
      ringDispatcher: () => {
        signals.bell = true;
      },
    }),
    providers: providerSettings.service,
    network: network.service,
    data: createData({ health, folder: options.dataFolder }),
    pool: createPoolService({ pool, queue, slots, topics, turns, settings, providers }),
    queue: createQueueView({
      queue,
      providers,
      lists,
      bulk,
      topics,
      turns,
      ringDispatcher: () => (signals.bell = true),
    }),
    attachments: createAttachments({ store, turns, ids }),
    search: createSearchService(options.history, clock),
    jobDetails: createJobDetails({ store, queue, requests }),
    statistics: createStatistics({ store, history: options.history, providers, topics, clock }),
    actors: createActorViews({ queue, goals: goals.snapshots, providers, pool, dispatcher, topics, turns, views }),
    inspector: createInspector({ store, clock, topics, inspection, queue, actors: actorsNow, views }),
    inspection,
    actorsNow,
    settings: createSettings({ store, turns, settings, apply: applySettings }),
    start() {
      starting ??= start();
      return starting;
    },
    async stop({ drainMs = 10_000 } = {}) {
      if (stopping !== undefined && drainMs === 0) pool.killAll();
      stopping ??= stop(drainMs);
      await stopping;
    },
    rest: () => dispatcher.suspend(),
    wake: () => dispatcher.resume(),
    system: health.service,
    health: () => health.view(),
  };

  async function start(): Promise<void> {
    if (stopping !== undefined) throw new EngineError('UNAVAILABLE', 'This engine was stopped; make a new one.');
    health.status = 'starting';
    providers.load();
    network.load();
    queue.ledger.load();
    queue.runTimes.load(store);
    queue.lines.load(store);
    limits.load();
    // A start that has nothing to write must not find out later that it cannot.
    store.proveWritable();
    await turns.call('seed', (turn) => seed(turn, store, providers, settings, limits, ids));
    recoverJobs({ store, inputs, queue, providers, dispatch });
    goals.recover();
    await turns.call('recovered', (turn) => bulk.load(turn));
    applySettings();
    pool.start();
    dispatcher.start();
    timers.start();
    retention.start();
    attachmentCare.start();
    purge.start();
    health.status = 'ok';
    void health.check();
  }

  async function stop(drainMs: number): Promise<void> {
    health.status = 'stopping';
    retention.stop();
    attachmentCare.stop();
    purge.stop();
    if (starting !== undefined) {
      await starting.catch(() => undefined);
      dispatcher.stop();
      await pool.stop(clock, drainMs);
      timers.stop();
    }
    inputs.postOnce('store streams', (turn) => streams.store(turn));
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
}
