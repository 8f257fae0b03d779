/** The job machine by itself: the same definition as a live actor, as a pure step and through rows. */
import fc from 'fast-check';
import { type Actor, createActor } from 'xstate';
import { describe, expect, it } from 'vitest';
import { rowToSnapshot, snapshotToColumns } from '../../db/jobs/job-row.ts';
import { blankJob, initialJobState, type JobEvent } from '../../machines/job.context.ts';
import { jobMachine, type JobSnapshot } from '../../machines/job.machine.ts';
import { jobDeadlineMs } from '../../machines/job.rules.ts';
import { step } from '../../machines/step.ts';
import { JobState } from '../../src/protocol/job.ts';
import { anyContext, anyEvent, anyValue } from '../support/job-arbitraries.ts';
import { blankRow } from '../support/job-rows.ts';

const faceOf = ({ value, context, status }: JobSnapshot) => ({ value, context, status });

describe('job machine', () => {
  it('takes the same walk as a live actor, as a pure step, and as a row that is rebuilt after each event', () => {
    fc.assert(
      fc.property(anyValue, anyContext, fc.array(anyEvent, { minLength: 1, maxLength: 30 }), (value, context, walk) => {
        const start = jobMachine.resolveState({ value, context });
        const actor: Actor<typeof jobMachine> = createActor(jobMachine, { snapshot: start, input: undefined });
        actor.start();
        let pure = start;
        let row = { ...blankRow(), ...snapshotToColumns(start) };
        for (const [i, drawn] of walk.entries()) {
          const before = actor.getSnapshot();
          // The end of a live actor is its end; the pure step goes on below.
          if (before.status === 'done') break;
          const event = i % 4 === 0 ? drawn : ofAttempt(drawn, pure.context.attemptsStarted);
          actor.send(event);
          const live = actor.getSnapshot();
          const next = step(jobMachine, pure, event);
          expect(next === pure, 'the same object exactly when nothing was accepted').toBe(live === before);
          pure = next;
          row = { ...row, ...snapshotToColumns(step(jobMachine, rowToSnapshot(row), event)) };
          expect(faceOf(live)).toEqual(faceOf(pure));
          expect(faceOf(rowToSnapshot(row))).toEqual(faceOf(pure));
          expect(live.error).toBeUndefined();
        }
        actor.stop();
      }),
      { numRuns: 1_500 },
    );
  });

  it('that is skipped ends then, with the reason for which it had failed', () => {
    const failure = { class: 'rejected', code: 'bad-request', message: 'a reason' } as const;
    const failed = jobMachine.resolveState({
      value: 'failed',
      context: { ...blankJob, finishedOn: 5, processedBy: 'worker-1', failure },
    });
    const skipped = step(jobMachine, failed, { type: 'SKIP', at: 70 });
    expect(skipped.value).toBe('cancelled');
    expect(skipped.context).toMatchObject({ finishedOn: 70, processedBy: null, failure });
  });

  it('does nothing for an attempt that is not the running one', () => {
    fc.assert(
      fc.property(anyValue, anyContext, anyEvent, (value, context, event) => {
        if (!('attempt' in event)) return;
        const before = jobMachine.resolveState({ value, context });
        for (const attempt of [context.attemptsStarted - 1, context.attemptsStarted + 1]) {
          expect(step(jobMachine, before, ofAttempt(event, attempt))).toBe(before);
        }
      }),
    );
  });

  it('accepts every claim and every end only where it may: a finished job changes for nobody but a user', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('completed', 'failed', 'cancelled'),
        anyContext,
        anyEvent,
        (value, context, event) => {
          const before = jobMachine.resolveState({ value, context });
          const after = step(jobMachine, before, event);
          const mayMove =
            value !== 'completed' && (event.type === 'RETRY' || (event.type === 'SKIP' && value === 'failed'));
          // Its worker may still say that it has stopped: noted, and nothing else.
          if (event.type === 'STOPPED' && value !== 'completed') expect(after.value).toBe(before.value);
          else if (!mayMove) expect(after).toBe(before);
          else expect(after.value).not.toBe(before.value);
        },
      ),
    );
  });

  it('keeps what a queue relies on, whatever happens', () => {
    fc.assert(
      fc.property(anyWalk(), ({ start, walk }) => {
        let now = start;
        for (const event of walk) {
          const before = now;
          now = step(jobMachine, now, event);
          const { context } = now;
          const state = typeof now.value === 'string' ? now.value : 'active';
          expect(JobState.options).toContain(state);
          if (state === 'waiting') expect(context).toMatchObject({ runAt: null, processedBy: null });
          if (state === 'active') expect(context.processedBy).not.toBeNull();
          if (state === 'active') expect(context.deadlineAt).not.toBeNull();
          if (state === 'completed') expect(context.failure).toBeNull();
          if (state === 'failed') expect(context.failure).not.toBeNull();
          if (state !== 'waiting' && state !== 'active') expect(context.rank).toBe(0);
          expect(context.heldDependencies).toBeLessThanOrEqual(Math.max(context.openDependencies, 0));
          const claimed = before.value !== now.value && before.value === 'waiting' && state === 'active';
          expect(context.attemptsStarted - before.context.attemptsStarted).toBe(claimed ? 1 : 0);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('gives a job 24 hours from its first claim, and keeps that deadline over lost workers and retries of its own', () => {
    const waiting = jobMachine.resolveState({ value: 'waiting', context: { ...blankJob, maxAttempts: 9 } });
    const claimed = step(jobMachine, waiting, { type: 'CLAIM', at: 1_000, workerId: 'worker:1' });
    expect(claimed.context.deadlineAt).toBe(1_000 + jobDeadlineMs);
    const lost = step(jobMachine, claimed, { type: 'LOST', at: 2_000, attempt: 1, reason: 'host-restarted', rank: 4 });
    const again = step(jobMachine, lost, { type: 'CLAIM', at: 3_000, workerId: 'worker:1' });
    expect(again.context.deadlineAt).toBe(1_000 + jobDeadlineMs);
  });

  it('starts where a bulk insert says it starts', () => {
    expect(initialJobState({ ...blankJob, openDependencies: 1, runAt: 5 }, 0)).toBe('blocked');
    expect(initialJobState({ ...blankJob, runAt: 5 }, 4)).toBe('delayed');
    expect(initialJobState({ ...blankJob, runAt: 5 }, 5)).toBe('waiting');
    expect(initialJobState(blankJob, 0)).toBe('waiting');
    expect(createActor(jobMachine, { input: undefined }).getSnapshot().value).toBe('blocked');
  });
});

function ofAttempt(event: JobEvent, attempt: number): JobEvent {
  return 'attempt' in event ? { ...event, attempt } : event;
}

/** A walk of events that fit the state they find, so that it goes far; from a job as it is enqueued. */
function anyWalk(): fc.Arbitrary<{ start: JobSnapshot; walk: JobEvent[] }> {
  const begin = fc.constantFrom('blocked' as const, 'delayed' as const, 'waiting' as const);
  return fc.tuple(begin, fc.array(anyEvent, { maxLength: 200 })).map(([value, events]) => {
    const open = value === 'blocked' ? 2 : 0;
    const context = { ...blankJob, maxAttempts: 3, openDependencies: open, runAt: value === 'delayed' ? 50 : null };
    const start = jobMachine.resolveState({ value, context });
    let now = start;
    const walk: JobEvent[] = [];
    for (const event of events) {
      const fitting = walk.length % 4 > 0 ? ofAttempt(event, now.context.attemptsStarted) : event;
      if (!isPossible(now, fitting)) continue;
      walk.push(fitting);
      now = step(jobMachine, now, fitting);
    }
    return { start, walk };
  });
}

/** What the queue never sends: more met, held or retried dependencies than there are. */
function isPossible({ context }: JobSnapshot, event: JobEvent): boolean {
  const { openDependencies: open, heldDependencies: held } = context;
  switch (event.type) {
    case 'DEPENDENCY_MET':
      return event.wasHeld ? held > 0 : open > held;
    case 'DEPENDENCY_HELD':
      return open > held;
    case 'DEPENDENCY_RETRIED':
      return held > 0;
    case 'RETRY':
      return event.heldDependencies <= event.openDependencies;
    default:
      return true;
  }
}
