/** The queue, its turns and its database without a pool: what happens to jobs is said by the test, move by move. */
import { randomBytes } from 'node:crypto';
import { rowToSnapshot } from '../../db/jobs/job-row.ts';
import type { JobEventRow, JobRow } from '../../db/llm-jobs.model.ts';
import type { Store } from '../../db/store.ts';
import type { JobEvent } from '../../machines/job.context.ts';
import type { JobSnapshot } from '../../machines/job.machine.ts';
import { AgentLimits } from '../../src/engine/agent-limits.ts';
import { createChatSide } from '../../src/engine/chat-side.ts';
import { newProvider } from '../../src/engine/defaults.ts';
import { Dispatch } from '../../src/engine/dispatch.ts';
import { LlmJobQueue } from '../../src/engine/llm-job-queue.service.ts';
import type { NewJob } from '../../src/engine/new-job.ts';
import { ProviderActors } from '../../src/engine/provider-actors.ts';
import { RequestBuilder } from '../../src/engine/request-builder.ts';
import { Slots } from '../../src/engine/slots.ts';
import { Streams } from '../../src/engine/streams.ts';
import { Topics } from '../../src/engine/topics.ts';
import { type Turn, TurnLoop, type TurnStep } from '../../src/engine/turn.ts';
import { createIds, type Ids } from '../../src/engine/ulid.ts';
import type { Failure, FailureClass, FailureCode } from '../../src/protocol/job.ts';
import type { JobId } from '../../src/protocol/ids.ts';
import type { EngineToWorker } from '../../src/protocol/worker.ts';
import { dataFolder, openFolder } from './data-folder.ts';
import { ManualClock } from './manual-clock.ts';

export interface TestQueue extends Disposable {
  readonly store: Store;
  readonly queue: LlmJobQueue;
  readonly turns: TurnLoop;
  readonly dispatch: Dispatch;
  readonly slots: Slots;
  readonly streams: Streams;
  readonly providers: ProviderActors;
  readonly clock: ManualClock;
  readonly ids: Ids;
  /** Everything that left for workers. */
  readonly sent: { workerId: string; message: EngineToWorker }[];
  readonly random: { next: number };
  /** What the turns logged. */
  readonly logged: string[];
  /** Called at each step of every turn; may throw before the commit. */
  onStep: ((step: TurnStep, turn: Turn) => void) | undefined;
  /** One committed turn. */
  turn<T>(work: (turn: Turn) => T): Promise<T>;
  enqueue(job?: Partial<NewJob>): Promise<JobId>;
  row(id: JobId): JobRow;
  /** All of them, oldest first. */
  rows(): JobRow[];
  snapshot(id: JobId): JobSnapshot;
  /** The transitions of a job so far. */
  log(id: JobId): JobEventRow[];
  /** Claims this very job, whatever stands before it. */
  claim(id: JobId, workerId?: string): Promise<JobRow>;
  complete(id: JobId): Promise<void>;
  fail(id: JobId, failure?: Failure): Promise<void>;
}

export function failureOf(kind: FailureClass, code: FailureCode = 'internal', more: Partial<Failure> = {}): Failure {
  return { class: kind, code, message: `it said ${code}`, ...more };
}

/** The machine's event as it was logged. */
export function eventOf({ event: type, at, detail }: JobEventRow): JobEvent {
  return { ...detail, type, at } as JobEvent;
}

export async function openQueue(options: { synchronous?: 'FULL' | 'NORMAL' } = {}): Promise<TestQueue> {
  const folder = dataFolder();
  const store = openFolder(folder.path, options);
  const clock = new ManualClock();
  const ids = createIds({ clock, randomBytes });
  const topics = new Topics();
  const sent: TestQueue['sent'] = [];
  const random = { next: 0.5 };
  const logged: string[] = [];
  const slots = new Slots();
  const providers = new ProviderActors({
    store,
    slots,
    clock,
    baseUrls: {},
    secrets: { get: () => undefined, source: () => undefined, set: () => undefined, delete: () => undefined },
  });
  const limits = new AgentLimits(store, clock, () => undefined);
  const streams = new Streams(store, topics);
  const turns: TurnLoop = new TurnLoop({
    store,
    clock,
    topics,
    log: (_, message) => void logged.push(message),
    defer: (callback) => void setImmediate(callback),
    finish: (turn) => queue.ledger.finishTurn(turn),
    rolledBack: () => queue.ledger.forgetTurn(),
    excuses: (error) => dispatch.excuses(error),
    send: (workerId, messages) => sent.push(...messages.map((message) => ({ workerId, message }))),
    onStep: (step, turn) => test.onStep?.(step, turn),
  });
  const queue: LlmJobQueue = new LlmJobQueue({
    store,
    turns: () => turns,
    slots,
    streams,
    providers,
    limits,
    random: () => random.next,
    chat: createChatSide(store, ids),
    stopping: () => undefined,
    ringDispatcher: () => undefined,
    countsChanged: () => undefined,
  });
  const requests = new RequestBuilder(store, (id) => providers.require(id));
  const dispatch: Dispatch = new Dispatch({ store, queue, slots, providers, limits, requests });
  const row = (id: JobId): JobRow => {
    const found = store.jobs.get(id);
    if (found === undefined) throw new Error(`no job ${id}`);
    return found;
  };
  const test: TestQueue = {
    store,
    queue,
    turns,
    dispatch,
    slots,
    streams,
    providers,
    clock,
    ids,
    sent,
    random,
    logged,
    onStep: undefined,
    turn: (work) => turns.call('test', work),
    async enqueue(job = {}) {
      const id = job.id ?? ids.job();
      await turns.call('enqueue', (turn) => queue.enqueue(turn, { ...promptJob(id), ...job }));
      return id;
    },
    row,
    rows: () => (store.sqlite.prepare('SELECT id FROM llm_jobs ORDER BY id').pluck().all() as JobId[]).map(row),
    snapshot: (id) => rowToSnapshot(row(id)),
    log: (id) => store.log.events(id, 1_000),
    claim: (id, workerId = 'worker:1') => turns.call('claim', (turn) => queue.claim(turn, row(id), workerId)),
    async complete(id) {
      if (row(id).state === 'waiting') await test.claim(id);
      await turns.call('complete', (turn) => queue.complete(turn, id, row(id).attemptsStarted, answer));
    },
    async fail(id, failure = failureOf('rejected', 'bad-request')) {
      if (row(id).state === 'waiting') await test.claim(id);
      await turns.call('fail', (turn) => queue.fail(turn, id, row(id).attemptsStarted, failure));
    },
    [Symbol.dispose]() {
      turns.close();
      queue.actors.stopAll();
      providers.stopAll();
      store.close();
      folder[Symbol.dispose]();
    },
  };
  providers.load();
  queue.ledger.load();
  queue.lines.load(store);
  limits.load();
  await test.turn((turn) => {
    for (const id of ['demo', 'other']) providers.save(turn, newProvider(id, 'demo', id));
  });
  return test;
}

export function promptJob(id: JobId, group = 'test'): NewJob {
  return {
    id,
    name: 'test',
    lane: 'low',
    groupKey: group,
    data: {
      kind: 'prompt',
      model: 'demo/demo',
      messages: [{ role: 'user', content: 'a question' }],
      params: {},
      readsResults: true,
    },
  };
}

export const answer = {
  text: 'an answer',
  finishReason: 'stop',
  usage: { inputTokens: 3, outputTokens: 5, estimated: false },
  model: 'scripted',
  timings: { receivedAt: 1, sentAt: 1, endedAt: 2 },
} as const;
