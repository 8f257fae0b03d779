import fc from 'fast-check';
import { type Actor, createActor, type SnapshotFrom } from 'xstate';
import { getShortestPaths } from 'xstate/graph';
import { describe, expect, it } from 'vitest';
import { providerPauseMs } from '../../machines/policy/backoff.ts';
import {
  mayTakeJobs,
  providerMachine,
  type ProviderMachineContext,
  type ProviderMachineEvent,
  type ProviderState,
} from '../../machines/provider.machine.ts';
import { type Failure, FailureClass, type FailureCode } from '../../src/protocol/job.ts';
import { JobId } from '../../src/protocol/ids.ts';
import { transitionCoverage } from '../support/transition-coverage.ts';

type Snapshot = SnapshotFrom<typeof providerMachine>;

const jobs = ['A', 'B', 'C'].map((end) => JobId.parse(`job_01J9Z3K4M5N6P7Q8R9S0T1V2W${end}`));
const [jobA, jobB] = [jobs[0], jobs[1]] as [JobId, JobId];

/**
 * The breaker told once more, as the plainest program that does the same: one mutable record, one method per event, the
 * classes of failures as a table. It shares only the pause's length with the machine.
 */
class PlainBreaker {
  state: ProviderState = 'healthy';
  failures = 0;
  pauses = 0;
  coolingUntil: number | null = null;
  reason: string | null = null;
  failureCode: FailureCode | null = null;
  probe: JobId | null = null;

  apply(event: ProviderMachineEvent): void {
    if (event.type === 'SETTINGS_CHANGED') this.#reset();
    else if (this.state === 'misconfigured') return;
    else if (event.type === 'DUE') this.#due(event.at);
    else if (event.type === 'SUCCEEDED') this.#answered(event.jobId);
    else if (event.type === 'FAILED') this.#failed(event);
    else if (this.state === 'probing' && event.type === 'PROBE_STARTED') this.probe ??= event.jobId;
    else if (this.state === 'probing' && event.type === 'PROBE_LOST' && this.probe === event.jobId) this.probe = null;
  }

  #due(at: number): void {
    if (this.state !== 'coolingDown' || at < (this.coolingUntil ?? 0)) return;
    this.state = 'probing';
    this.coolingUntil = null;
  }

  #answered(jobId: JobId): void {
    if (this.state === 'healthy') this.failures = 0;
    if (this.state === 'probing' && this.probe === jobId) this.#reset();
  }

  #failed({ jobId, at, failure, random }: Extract<ProviderMachineEvent, { type: 'FAILED' }>): void {
    const wire = !['cut-tool-call', 'content-policy', 'unknown-model', 'bad-request'].includes(failure.code);
    const blames = failure.class === 'provider-down' || (failure.class === 'retryable' && wire);
    if (failure.class === 'misconfigured') {
      this.#reset();
      this.state = 'misconfigured';
      this.#blame(failure);
    } else if (blames) {
      const until = at + Math.ceil(failure.retryAfterMs ?? 0);
      const inFlight = this.state === 'coolingDown' || (this.state === 'probing' && jobId !== this.probe);
      if (inFlight) {
        const longer = failure.retryAfterMs !== undefined && at + failure.retryAfterMs > (this.coolingUntil ?? at);
        if (longer) this.#cool(until, failure);
      } else if (this.state === 'healthy' && failure.class === 'retryable' && this.failures < 2) {
        this.failures += 1;
      } else {
        this.pauses += 1;
        this.#cool(at + providerPauseMs({ pauses: this.pauses, random, retryAfterMs: failure.retryAfterMs }), failure);
      }
    } else if (failure.class === 'rejected' || failure.class === 'retryable') {
      this.#answered(jobId);
    } else if (this.state === 'probing' && this.probe === jobId) {
      this.probe = null;
    }
  }

  #cool(until: number, failure: Failure): void {
    this.state = 'coolingDown';
    this.failures = 0;
    this.coolingUntil = until;
    this.probe = null;
    this.#blame(failure);
  }

  #blame(failure: Failure): void {
    this.reason = failure.message;
    this.failureCode = failure.code;
  }

  #reset(): void {
    this.state = 'healthy';
    this.failures = this.pauses = 0;
    this.coolingUntil = this.reason = this.failureCode = this.probe = null;
  }

  context(): ProviderMachineContext {
    const { failures, pauses, coolingUntil, reason, failureCode, probe } = this;
    return { failures, pauses, coolingUntil, reason, failureCode, probe };
  }
}

/** The machine as the engine runs it: after every event it is rebuilt from what JSON keeps of it. */
class StoredProvider {
  readonly #inspect: Parameters<typeof createActor<typeof providerMachine>>[1];
  #actor: Actor<typeof providerMachine>;

  constructor(options: Parameters<typeof createActor<typeof providerMachine>>[1] = {}) {
    this.#inspect = options;
    this.#actor = createActor(providerMachine, options).start();
  }

  apply(event: ProviderMachineEvent): void {
    this.#actor.send(event);
    const stored = this.#actor.getPersistedSnapshot();
    const row: unknown = JSON.parse(JSON.stringify(stored));
    expect(row, 'the snapshot is plain JSON').toEqual(stored);
    this.#actor = createActor(providerMachine, { ...this.#inspect, snapshot: stored }).start();
  }

  get snapshot(): Snapshot {
    return this.#actor.getSnapshot();
  }
}

function expectSame(machine: StoredProvider, plain: PlainBreaker): void {
  expect(machine.snapshot.status).toBe('active');
  expect({ state: machine.snapshot.value, ...machine.snapshot.context }).toEqual({
    state: plain.state,
    ...plain.context(),
  });
}

function failure(kind: FailureClass, code: FailureCode, retryAfterMs?: number): Failure {
  return { class: kind, code, message: `it said ${code}`, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

describe('provider machine', () => {
  const at = 1_000_000;
  const hour = 3_600_000;
  const failures: Failure[] = [
    failure('provider-down', 'rate-limited'),
    failure('provider-down', 'overloaded', 5 * hour),
    failure('retryable', 'server-error'),
    failure('retryable', 'interrupted', hour),
    failure('retryable', 'cut-tool-call'),
    failure('rejected', 'context-overflow'),
    failure('misconfigured', 'unauthorized'),
    failure('cancelled', 'cancelled-by-user'),
    failure('bug', 'internal'),
  ];
  const events = ({ context }: Snapshot): ProviderMachineEvent[] => [
    ...failures.flatMap((one) =>
      [jobA, jobB].map((jobId): ProviderMachineEvent => ({ type: 'FAILED', jobId, at, failure: one, random: 0.5 })),
    ),
    { type: 'SUCCEEDED', jobId: jobA, at },
    { type: 'SUCCEEDED', jobId: jobB, at },
    { type: 'DUE', at: (context.coolingUntil ?? at) - 1 },
    { type: 'DUE', at: context.coolingUntil ?? at },
    { type: 'PROBE_STARTED', jobId: jobA },
    { type: 'PROBE_LOST', jobId: jobA },
    { type: 'PROBE_LOST', jobId: jobB },
    { type: 'SETTINGS_CHANGED', at },
  ];
  const nameOf = ({ value, context }: Snapshot) =>
    JSON.stringify([value, context.failures, context.pauses, context.coolingUntil, context.failureCode, context.probe]);

  it('does what the plain breaker does on every path, and takes every transition', () => {
    const coverage = transitionCoverage(providerMachine);
    const paths = getShortestPaths(providerMachine, {
      events,
      stopWhen: ({ context }) => context.pauses > 2,
      // A state is a goal once for each event and state before it: so every event is tried in every state, also where the
      // machine must ignore it.
      serializeState: (snapshot, event, before) =>
        [nameOf(snapshot), JSON.stringify(event), before === undefined ? '' : nameOf(before)].join(' | '),
    });
    expect(paths.length).toBeGreaterThan(100);

    const seen = { states: new Set<string>(), events: new Set<string>() };
    for (const path of paths) {
      const machine = new StoredProvider({ inspect: coverage.inspect });
      const plain = new PlainBreaker();
      const [start, ...steps] = path.steps;
      expect(start?.state.value).toBe(plain.state);
      for (const { event, state } of steps) {
        machine.apply(event);
        plain.apply(event);
        expectSame(machine, plain);
        expect({ value: machine.snapshot.value, ...machine.snapshot.context }).toEqual({
          value: state.value,
          ...state.context,
        });
        seen.events.add(event.type);
        seen.states.add(state.value);
      }
    }
    expect([...seen.states].toSorted()).toEqual(Object.keys(providerMachine.states).toSorted());
    expect([...seen.events].toSorted()).toEqual(providerMachine.events.toSorted());
    expect(coverage.missed()).toEqual([]);
  });

  it('does what the plain breaker does on random walks with any failure at any time', () => {
    const job = fc.constantFrom(...jobs);
    const gap = fc.oneof(fc.nat({ max: 5_000 }), fc.nat({ max: 10 * hour }));
    const anyFailure = fc
      .record({
        // Misconfigured ends nearly every walk, so it comes seldom.
        kind: fc.oneof(
          { weight: 20, arbitrary: fc.constantFrom(...FailureClass.options.filter((one) => one !== 'misconfigured')) },
          { weight: 1, arbitrary: fc.constant('misconfigured' as const) },
        ),
        code: fc.constantFrom(
          ...([
            'rate-limited',
            'overloaded',
            'server-error',
            'connection',
            'interrupted',
            'first-content-timeout',
          ] as const),
          ...([
            'idle-timeout',
            'not-a-stream',
            'cut-tool-call',
            'content-policy',
            'unknown-model',
            'bad-request',
          ] as const),
        ),
        retryAfterMs: fc.option(fc.double({ min: 0, max: 100 * hour, noNaN: true }), { nil: undefined }),
      })
      .map(({ kind, code, retryAfterMs }) => failure(kind, code, retryAfterMs));
    const move = fc.oneof(
      { weight: 6, arbitrary: fc.record({ do: fc.constant('fail' as const), job, failure: anyFailure, gap }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('succeed' as const), job, gap }) },
      { weight: 3, arbitrary: fc.record({ do: fc.constant('due' as const), gap }) },
      { weight: 3, arbitrary: fc.record({ do: fc.constant('probe' as const), job, gap }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('lose' as const), job, gap }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('configure' as const), gap }) },
    );
    const dice = fc.double({ min: 0, max: 1 - Number.EPSILON, noNaN: true });
    fc.assert(
      fc.property(fc.array(move, { maxLength: 60, size: 'max' }), dice, (walk, random) => {
        const machine = new StoredProvider();
        const plain = new PlainBreaker();
        let now = at;
        for (const step of walk) {
          now += step.gap;
          const event = toEvent(step, now);
          machine.apply(event);
          plain.apply(event);
          expectSame(machine, plain);
          if (event.type === 'FAILED' && event.failure.class === 'provider-down' && plain.state === 'coolingDown') {
            const { retryAfterMs } = event.failure;
            if (retryAfterMs === undefined) continue;
            const asked = now + retryAfterMs;
            expect(machine.snapshot.context.coolingUntil, 'Retry-After is a floor').toBeGreaterThanOrEqual(asked);
          }
        }
        function toEvent(step: (typeof walk)[number], time: number): ProviderMachineEvent {
          switch (step.do) {
            case 'fail':
              return { type: 'FAILED', jobId: step.job, at: time, failure: step.failure, random };
            case 'succeed':
              return { type: 'SUCCEEDED', jobId: step.job, at: time };
            case 'due':
              return { type: 'DUE', at: time };
            case 'probe':
              return { type: 'PROBE_STARTED', jobId: step.job };
            case 'lose':
              return { type: 'PROBE_LOST', jobId: step.job };
            case 'configure':
              return { type: 'SETTINGS_CHANGED', at: time };
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('makes one pause of a burst: jobs already under way do not lengthen it step by step', () => {
    const machine = new StoredProvider();
    for (let i = 0; i < 50; i++) {
      const burst = failure('provider-down', 'rate-limited');
      machine.apply({ type: 'FAILED', jobId: jobA, at: at + i, failure: burst, random: 0 });
    }
    expect(machine.snapshot.context).toMatchObject({ pauses: 1, coolingUntil: at + 2_000 });
  });

  it('doubles the pause with each probe that fails, and starts afresh after one that succeeds', () => {
    const machine = new StoredProvider();
    const down = failure('provider-down', 'connection');
    const lengths: number[] = [];
    let now = at;
    for (let i = 0; i < 4; i++) {
      machine.apply({ type: 'FAILED', jobId: jobA, at: now, failure: down, random: 0 });
      const until = machine.snapshot.context.coolingUntil ?? Number.NaN;
      lengths.push(until - now);
      now = until;
      machine.apply({ type: 'DUE', at: now });
      machine.apply({ type: 'PROBE_STARTED', jobId: jobA });
    }
    expect(lengths).toEqual([2_000, 4_000, 8_000, 16_000]);
    machine.apply({ type: 'SUCCEEDED', jobId: jobA, at: now });
    machine.apply({ type: 'FAILED', jobId: jobB, at: now, failure: down, random: 0 });
    expect(machine.snapshot.context.coolingUntil).toBe(now + 2_000);
  });
});

describe('mayTakeJobs', () => {
  it.each([
    ['healthy', null, 'any'],
    ['probing', null, 'one'],
    ['probing', jobA, 'none'],
    ['coolingDown', null, 'none'],
    ['misconfigured', null, 'none'],
  ] as const)('%s with probe %s: %s', (state, probe, answer) => {
    expect(mayTakeJobs(state, probe)).toBe(answer);
  });
});
