/** Any state that a job can be in, for property tests. */
import fc from 'fast-check';
import type { JobContext, JobEvent } from '../../machines/job.context.ts';
import {
  type Failure,
  FailureClass,
  FailureCode,
  jobPhases,
  jobStates,
  lanes,
  LostReason,
} from '../../src/protocol/job.ts';

const time = fc.integer({ min: 0, max: 4_000_000_000_000 });
const maybeTime = fc.option(time);
const count = fc.nat({ max: 5 });
const text = fc.string({ unit: 'binary', maxLength: 40 });

export const anyFailure: fc.Arbitrary<Failure> = fc.record(
  {
    class: fc.oneof(fc.constant('retryable' as const), fc.constantFrom(...FailureClass.options)),
    code: fc.constantFrom(...FailureCode.options),
    message: text,
    status: fc.integer({ min: 100, max: 599 }),
    providerMessage: text,
    causes: fc.array(text, { maxLength: 3 }),
    retryAfterMs: fc.double({ min: 0, max: 1e9, noNaN: true }),
  },
  { requiredKeys: ['class', 'code', 'message'] },
);

export const anyContext: fc.Arbitrary<JobContext> = fc.record({
  provider: fc.constantFrom('demo', 'other'),
  fallbackModel: fc.option(fc.constantFrom('other/demo', 'demo/demo')),
  lane: fc.constantFrom(...lanes),
  rank: fc.integer({ min: 0, max: 2 ** 45 }),
  maxAttempts: fc.integer({ min: 1, max: 6 }),
  backoff: fc.record({
    type: fc.constantFrom('exponential' as const, 'fixed' as const),
    delayMs: fc.nat({ max: 3_600_000 }),
    maxDelayMs: fc.nat({ max: 86_400_000 }),
  }),
  attemptsStarted: count,
  attemptsMade: count,
  stalledCounter: count,
  quarantined: fc.boolean(),
  quarantineDeaths: count,
  openDependencies: count,
  heldDependencies: count,
  timeouts: fc.record(
    { queuedMs: fc.nat({ max: 1_000 }), firstContentMs: fc.nat({ max: 1_000 }), runMs: fc.nat({ max: 1_000 }) },
    { requiredKeys: [] },
  ),
  runAt: maybeTime,
  deadlineAt: maybeTime,
  waitingSince: maybeTime,
  queueDeadlineAt: maybeTime,
  runDeadlineAt: maybeTime,
  processedBy: fc.option(fc.constantFrom('worker:1', 'worker:27')),
  processedOn: maybeTime,
  firstContentAt: maybeTime,
  finishedOn: maybeTime,
  stoppedOn: maybeTime,
  failure: fc.option(anyFailure),
});

/** A state value of the machine. */
export const anyValue = fc.oneof(
  fc.constantFrom(...jobStates.filter((state) => state !== 'active')),
  fc.constantFrom(...jobPhases).map((active) => ({ active })),
);

/** Events with small numbers, so that attempts, deadlines and due times often fit. */
export const anyEvent: fc.Arbitrary<JobEvent> = (() => {
  const at = fc.oneof(fc.nat({ max: 100 }), time);
  const rank = fc.nat({ max: 1_000 });
  const attempt = fc.integer({ min: 1, max: 4 });
  const is = <const Type extends string>(type: Type) => fc.constant(type);
  return fc.oneof(
    fc.record({ type: is('DEPENDENCY_MET'), at, rank, wasHeld: fc.boolean() }),
    fc.record({ type: is('DEPENDENCY_FAILED'), at, failure: anyFailure }),
    fc.record({ type: is('DEPENDENCY_HELD'), at }),
    fc.record({ type: is('DEPENDENCY_ADDED'), at }),
    fc.record({ type: is('DEPENDENCY_RETRIED'), at }),
    fc.record({ type: is('DUE'), at, rank }),
    fc.record({ type: is('PROMOTE'), at, rank }),
    fc.record({ type: is('SET_LANE'), at, lane: fc.constantFrom(...lanes), rank }),
    fc.record({
      type: is('FALL_BACK'),
      at,
      provider: fc.constantFrom('demo', 'other'),
      model: fc.option(fc.constantFrom('other/demo', 'demo/demo')),
    }),
    fc.record({ type: is('CLAIM'), at, workerId: fc.constantFrom('worker:1', 'worker:2') }),
    fc.record({ type: is('FIRST_CONTENT'), at, attempt }),
    fc.record({ type: is('COMPLETE'), at, attempt }),
    fc.record({
      type: is('FAIL'),
      at,
      attempt,
      failure: anyFailure,
      random: fc.double({ min: 0, max: 1 - Number.EPSILON, noNaN: true }),
      rank,
    }),
    fc.record({ type: is('LOST'), at, attempt, reason: fc.constantFrom(...LostReason.options), rank }),
    fc.record({ type: is('EXPIRE'), at }),
    fc.record({
      type: is('TIME_OUT'),
      at,
      attempt,
      random: fc.double({ min: 0, max: 1 - Number.EPSILON, noNaN: true }),
    }),
    fc.record({ type: is('STOPPED'), at, attempt }),
    fc.record({ type: is('CANCEL'), at }),
    fc.record({ type: is('SKIP'), at }),
    fc.record({
      type: is('RETRY'),
      at,
      rank,
      openDependencies: fc.nat({ max: 2 }),
      heldDependencies: fc.nat({ max: 1 }),
    }),
  );
})();
