/**
 * Every shortest path through the job machine, taken by real jobs: each event is caused by what causes it in the engine
 * (a dependency that fails, a worker that is lost, a user), runs in a real turn on a real SQLite file, and the row is
 * compared with the model after each.
 */
import { createTestModel, type TestPath } from 'xstate/graph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { snapshotToColumns } from '../../db/jobs/job-row.ts';
import { blankJob, type JobContext, type JobEvent } from '../../machines/job.context.ts';
import { jobMachine, type JobSnapshot } from '../../machines/job.machine.ts';
import { jobDeadlineMs } from '../../machines/job.rules.ts';
import { step } from '../../machines/step.ts';
import type { NewJob } from '../../src/engine/new-job.ts';
import type { JobId } from '../../src/protocol/ids.ts';
import type { Failure, OnFailure } from '../../src/protocol/job.ts';
import { JobUserEvent } from '../../src/protocol/views.ts';
import { answer, eventOf, failureOf, openQueue, type TestQueue } from '../support/job-queue.ts';
import { transitionCoverage } from '../support/transition-coverage.ts';

const now = 1_700_000_000_000;
const delayMs = 60_000;
const timeouts = { queuedMs: 3_600_000, runMs: 60_000 };
const retryable = failureOf('retryable', 'server-error');
const failures: Failure[] = [
  retryable,
  failureOf('provider-down', 'rate-limited', { retryAfterMs: 5_000 }),
  failureOf('misconfigured', 'unauthorized'),
  failureOf('rejected', 'context-overflow'),
  failureOf('cancelled', 'cancelled-by-user'),
  failureOf('bug', 'internal'),
];
const dependencyFailed = failureOf('rejected', 'dependency-failed');

/** Where paths begin: as a job is enqueued. The policy of its dependencies says which of their fates are possible. */
interface Start {
  readonly name: string;
  readonly value: 'blocked' | 'delayed' | 'waiting';
  readonly context: Partial<JobContext>;
  readonly policy?: OnFailure;
  readonly delayMs?: number;
}
const starts: Start[] = [
  {
    name: 'waiting',
    value: 'waiting',
    context: { waitingSince: now, queueDeadlineAt: now + timeouts.queuedMs },
  },
  { name: 'delayed', value: 'delayed', context: { runAt: now + delayMs }, delayMs },
  {
    name: 'blocked by two jobs that it fails with',
    value: 'blocked',
    context: { openDependencies: 2 },
    policy: 'fail',
  },
  { name: 'blocked by two jobs that hold it', value: 'blocked', context: { openDependencies: 2 }, policy: 'hold' },
  {
    name: 'blocked, and not due yet',
    value: 'blocked',
    context: { openDependencies: 1, runAt: now + delayMs },
    policy: 'ignore',
    delayMs,
  },
];

function eventsFrom({ policy }: Start, { context }: JobSnapshot): JobEvent[] {
  const { attemptsStarted: attempt, openDependencies: open, heldDependencies: held } = context;
  const runTimes = context.runDeadlineAt === null ? [] : [context.runDeadlineAt, context.deadlineAt ?? now];
  const times = context.deadlineAt === null ? [now] : [now, context.deadlineAt];
  return [
    ...(open > held ? [{ type: 'DEPENDENCY_MET', at: now, rank: 1, wasHeld: false } as const] : []),
    ...(held > 0 ? [{ type: 'DEPENDENCY_MET', at: now, rank: 1, wasHeld: true } as const] : []),
    ...(policy === 'fail' ? [{ type: 'DEPENDENCY_FAILED', at: now, failure: dependencyFailed } as const] : []),
    ...(policy === 'fail' && open < 3 ? [{ type: 'DEPENDENCY_ADDED', at: now } as const] : []),
    ...(policy === 'hold' && open > held ? [{ type: 'DEPENDENCY_HELD', at: now } as const] : []),
    ...(held > 0 ? [{ type: 'DEPENDENCY_RETRIED', at: now } as const] : []),
    { type: 'DUE', at: context.runAt ?? now, rank: 1 },
    { type: 'PROMOTE', at: now, rank: 1 },
    { type: 'SET_LANE', at: now, lane: context.lane === 'low' ? 'high' : 'low', rank: 1 },
    { type: 'FALL_BACK', at: now, provider: 'other', model: 'other/demo' },
    { type: 'CLAIM', at: now, workerId: 'worker:1' },
    { type: 'FIRST_CONTENT', at: now, attempt },
    { type: 'COMPLETE', at: now, attempt },
    ...times.flatMap((at) =>
      failures.map((failure): JobEvent => ({ type: 'FAIL', at, attempt, failure, random: 0.5, rank: 1 })),
    ),
    ...times.flatMap((at) => [
      { type: 'LOST', at, attempt, reason: 'worker-crashed', rank: 1 } as const,
      { type: 'LOST', at, attempt, reason: 'host-restarted', rank: 1 } as const,
    ]),
    ...[context.deadlineAt, context.queueDeadlineAt].flatMap((at): JobEvent[] =>
      at === null ? [] : [{ type: 'EXPIRE', at }],
    ),
    ...runTimes.map((at): JobEvent => ({ type: 'TIME_OUT', at, attempt, random: 0.5 })),
    { type: 'STOPPED', at: now, attempt },
    { type: 'CANCEL', at: now },
    { type: 'SKIP', at: now },
    { type: 'RETRY', at: now, rank: 1, openDependencies: open, heldDependencies: held },
  ];
}

/** What the machine's choices depend on: attempts only count up, times go by, lanes and reasons decide nothing. */
function nameOf({ value, context }: JobSnapshot): string {
  const { attemptsMade, stalledCounter, quarantined, quarantineDeaths, openDependencies, heldDependencies } = context;
  const crashes = [Math.min(stalledCounter, 2), quarantined, quarantineDeaths];
  return JSON.stringify([
    value,
    attemptsMade,
    crashes,
    openDependencies,
    heldDependencies,
    context.deadlineAt !== null,
    context.processedBy !== null,
    context.stoppedOn !== null,
  ]);
}

function labelOf(event: JobEvent): string {
  const kind = 'failure' in event ? event.failure.class : 'reason' in event ? event.reason : '';
  const held = event.type === 'DEPENDENCY_MET' && event.wasHeld ? ' held' : '';
  return `${event.type} ${kind}${held}${event.at > now + jobDeadlineMs / 2 ? ' too late' : ''}`;
}

function snapshotOf(start: Start): JobSnapshot {
  const context = { ...blankJob, provider: 'demo', maxAttempts: 2, timeouts, ...start.context };
  return jobMachine.resolveState({ value: start.value, context });
}

function pathsFrom(start: Start): TestPath<JobSnapshot, JobEvent>[] {
  return createTestModel(jobMachine).getShortestPaths({
    fromState: snapshotOf(start),
    events: (snapshot) => eventsFrom(start, snapshot),
    filterEvents: (snapshot, event) => snapshot.can(event),
    // From there on it is a job like any other, and those paths begin at the first start.
    ...(start.value === 'waiting' ? {} : { stopWhen: ({ value }: JobSnapshot) => value === 'waiting' }),
    // A state is a goal once for each way into it: shortest paths to states alone would leave transitions out.
    serializeState: (snapshot, event, before) =>
      [nameOf(snapshot), event === undefined ? '' : labelOf(event), before === undefined ? '' : nameOf(before)].join(
        ' | ',
      ),
  });
}

/** A job in the engine's own hands, the jobs it waits for, and what the model says that it should be. */
class RealJob {
  readonly id: JobId;
  model: JobSnapshot;
  readonly #start: Start;
  readonly #test: TestQueue;
  readonly #dependencies: JobId[];

  constructor(test: TestQueue, start: Start, id: JobId, dependencies: JobId[]) {
    this.#test = test;
    this.#start = start;
    this.id = id;
    this.#dependencies = dependencies;
    this.model = snapshotOf(start);
  }

  static async enqueue(test: TestQueue, start: Start): Promise<RealJob> {
    test.clock.jumpTo(now);
    const dependencies: JobId[] = [];
    for (let n = start.context.openDependencies ?? 0; n > 0; n -= 1) dependencies.push(await test.enqueue());
    const onFailure = start.policy ?? 'fail';
    const job: Partial<NewJob> = {
      maxAttempts: 2,
      timeouts,
      dependencies: dependencies.map((jobId) => ({ jobId, onFailure })),
    };
    const id = await test.enqueue({ ...job, groupKey: test.ids.job(), delayMs: start.delayMs ?? 0 });
    return new RealJob(test, start, id, dependencies);
  }

  /** Makes happen in the engine what `event` stands for. */
  readonly causes: { [Type in JobEvent['type']]: (event: Extract<JobEvent, { type: Type }>) => Promise<unknown> } = {
    DEPENDENCY_MET: ({ wasHeld }) =>
      wasHeld
        ? this.#turn((turn, queue) => queue.userEvent(turn, this.#dependency('held'), 'SKIP'))
        : this.#test.complete(this.#dependency('open')),
    DEPENDENCY_FAILED: () => this.#test.fail(this.#dependency('open')),
    DEPENDENCY_HELD: () => this.#test.fail(this.#dependency('open')),
    DEPENDENCY_RETRIED: () => this.#turn((turn, queue) => queue.userEvent(turn, this.#dependency('held'), 'RETRY')),
    DEPENDENCY_ADDED: async () => {
      this.#dependencies.push(await this.#test.enqueue({ parentId: this.id }));
    },
    DUE: () => this.#turn((turn, queue) => queue.wake(turn, this.id)),
    PROMOTE: () => this.#turn((turn, queue) => queue.userEvent(turn, this.id, 'PROMOTE')),
    SET_LANE: ({ lane }) => this.#turn((turn, queue) => queue.setLane(turn, this.id, lane)),
    FALL_BACK: ({ model }) => this.#turn((turn, queue) => queue.fallBack(turn, this.id, model)),
    CLAIM: ({ workerId }) => this.#test.claim(this.id, workerId),
    FIRST_CONTENT: ({ attempt }) => this.#turn((turn, queue) => queue.firstContent(turn, this.id, attempt)),
    COMPLETE: ({ attempt }) => this.#turn((turn, queue) => queue.complete(turn, this.id, attempt, answer)),
    FAIL: ({ attempt, failure }) => this.#turn((turn, queue) => queue.fail(turn, this.id, attempt, failure)),
    LOST: ({ attempt, reason }) => this.#turn((turn, queue) => queue.requeue(turn, this.id, attempt, reason)),
    TIME_OUT: () => this.#turn((turn, queue) => queue.timeOut(turn, this.id)),
    STOPPED: ({ attempt }) => this.#turn((turn, queue) => queue.stopped(turn, this.id, attempt)),
    EXPIRE: () => this.#turn((turn, queue) => queue.expire(turn, this.id)),
    CANCEL: () => this.#turn((turn, queue) => queue.userEvent(turn, this.id, 'CANCEL')),
    SKIP: () => this.#turn((turn, queue) => queue.userEvent(turn, this.id, 'SKIP')),
    RETRY: () => {
      const { state, failure } = this.#test.row(this.id);
      // What failed because of another job is retried with that one.
      const culprit =
        state === 'failed' && failure?.code === 'dependency-failed' ? this.#dependency('failed') : this.id;
      return this.#turn((turn, queue) => queue.userEvent(turn, culprit, 'RETRY'));
    },
  };

  /** The same event on the path that this job has really gone: with its own attempt and its own times. */
  moveModel<Event extends JobEvent>(event: Event): Event {
    const own = eventsFrom(this.#start, this.model).find((one): one is Event => labelOf(one) === labelOf(event));
    if (own === undefined) throw new Error(`${labelOf(event)} is not possible here`);
    this.model = step(jobMachine, this.model, own);
    return own;
  }

  /** What a late worker of another attempt says changes nothing. */
  async hearsLate(attempts: readonly number[]): Promise<void> {
    const before = this.#test.row(this.id);
    for (const attempt of attempts) {
      await this.#turn((turn, queue) => {
        queue.firstContent(turn, this.id, attempt);
        queue.complete(turn, this.id, attempt, answer);
        queue.fail(turn, this.id, attempt, retryable);
        queue.requeue(turn, this.id, attempt, 'worker-crashed');
      });
    }
    expect(this.#test.row(this.id)).toEqual(before);
  }

  /** A user is refused what the machine does not accept, and nothing changes. */
  async refusesTheRest(): Promise<void> {
    const before = this.#test.row(this.id);
    for (const type of JobUserEvent.options) {
      const sample = eventsFrom(this.#start, this.model).find((event) => event.type === type);
      if (sample === undefined || this.model.can(sample)) continue;
      const refused = this.#turn((turn, queue) => queue.userEvent(turn, this.id, type));
      await expect(refused).rejects.toMatchObject({ code: 'CONFLICT', jobId: this.id });
    }
    expect(this.#test.row(this.id)).toEqual(before);
  }

  #dependency(state: 'open' | 'held' | 'failed'): JobId {
    const { dependencies } = this.#test.store;
    const found = this.#dependencies.find((id) => dependencies.find(this.id, id)?.state === state);
    if (found === undefined) throw new Error(`no dependency is ${state}`);
    return found;
  }

  #turn<T>(work: (turn: Parameters<Parameters<TestQueue['turn']>[0]>[0], queue: TestQueue['queue']) => T): Promise<T> {
    return this.#test.turn((turn) => work(turn, this.#test.queue));
  }
}

/** The failure of a dependency has words of its own. */
function comparable(columns: ReturnType<typeof snapshotToColumns>): object {
  const { rank: _rank, failure, ...rest } = columns;
  return { ...rest, failure: failure === null ? null : { class: failure.class, code: failure.code } };
}

describe('the job machine in the engine', () => {
  let test: TestQueue;
  const coverage = transitionCoverage(jobMachine);
  /** What must change nothing is tried once in each state. */
  const triedIn = new Set<string>();
  const seen = { states: new Set<string>(), events: new Set<string>() };
  beforeAll(async () => {
    test = await openQueue({ synchronous: 'NORMAL' });
  });
  afterAll(() => test[Symbol.dispose]());

  it.each(starts)(
    'does on every path what the model does: $name',
    async (start) => {
      const paths = pathsFrom(start);
      expect(paths.length).toBeGreaterThan(start.value === 'waiting' ? 200 : 3);
      for (const path of paths) {
        const job = await RealJob.enqueue(test, start);
        await path.test({ states: statesOf(job), events: eventsOf(job) });
      }
      // Some thousand turns, each with its commit: quick on an idle machine.
    },
    120_000,
  );

  it('has been in every state, has seen every event, and has taken every transition', () => {
    expect([...seen.states].toSorted()).toEqual(Object.keys(statesOf(noJob())).toSorted());
    expect([...seen.states].map((state) => state.split('.')[0])).toEqual(
      expect.arrayContaining(Object.keys(jobMachine.states)),
    );
    expect([...seen.events].toSorted()).toEqual(jobMachine.events.toSorted());
    expect(Object.keys(eventsOf(noJob())).toSorted()).toEqual(jobMachine.events.toSorted());
    expect(coverage.missed()).toEqual([]);
  });

  it('has counted all of them', () => {
    const ask = (sql: string) => test.store.sqlite.prepare(`${sql} ORDER BY lane, state, provider`).all();
    const counted = ask('SELECT lane, state, provider, count(*) AS count FROM llm_jobs GROUP BY lane, state, provider');
    expect(ask('SELECT lane, state, provider, count FROM job_counts WHERE count <> 0')).toEqual(counted);
  });

  function noJob(): RealJob {
    return new RealJob(test, { name: 'none', value: 'waiting', context: {} }, test.ids.job(), []);
  }

  function eventsOf(job: RealJob) {
    const exec =
      <Type extends JobEvent['type']>(type: Type) =>
      async ({ event }: { event: { type: string } }): Promise<void> => {
        const wanted = job.moveModel(event as Extract<JobEvent, { type: Type }>);
        const before = test.snapshot(job.id);
        const logged = test.log(job.id).length;
        test.clock.jumpTo(wanted.at);
        await job.causes[type](wanted);
        // One transition, of this event, and the one that the machine makes of it.
        const news = test.log(job.id).slice(logged);
        expect(news.map((line) => line.event)).toEqual([type]);
        const [line] = news;
        if (line === undefined) throw new Error('nothing was logged');
        const after = test.snapshot(job.id);
        expect(snapshotToColumns(after)).toEqual(snapshotToColumns(step(jobMachine, before, eventOf(line))));
        expect(line.version).toBe(test.row(job.id).version);
        coverage.take(before, eventOf(line));
        seen.events.add(type);
      };
    const types = Object.keys(job.causes) as JobEvent['type'][];
    return Object.fromEntries(types.map((type) => [type, exec(type)]));
  }

  function statesOf(job: RealJob): Record<string, (state: JobSnapshot) => Promise<void>> {
    const check = async (name: string, state: JobSnapshot): Promise<void> => {
      seen.states.add(name);
      const row = test.row(job.id);
      expect(comparable(snapshotToColumns(test.snapshot(job.id)))).toEqual(comparable(snapshotToColumns(job.model)));
      expect(nameOf(job.model)).toBe(nameOf(state));
      const isLive = test.queue.actors.liveIds.includes(job.id);
      expect(isLive, 'live exactly while active').toBe(row.state === 'active');
      expect(test.queue.actors.row(job.id), 'memory and row').toEqual(row);
      if (triedIn.has(nameOf(state))) return;
      triedIn.add(nameOf(state));
      await job.refusesTheRest();
      const { attemptsStarted } = job.model.context;
      await job.hearsLate(row.state === 'active' ? [attemptsStarted - 1, attemptsStarted + 1] : [attemptsStarted]);
    };
    const names = ['blocked', 'delayed', 'waiting', 'active.starting', 'active.streaming'];
    const all = [...names, 'completed', 'failed', 'cancelled'];
    return Object.fromEntries(all.map((name) => [name, (state: JobSnapshot) => check(name, state)]));
  }
});
