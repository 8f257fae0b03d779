/** The context of a job keeps a shape that is copied quickly, whatever happens to the job (see `grownByName`). */
import { setFlagsFromString } from 'node:v8';
import { runInThisContext } from 'node:vm';
import { expect, test } from 'vitest';
import { rowToSnapshot } from '../../db/jobs/job-row.ts';
import type { JobEvent } from '../../machines/job.context.ts';
import { jobMachine } from '../../machines/job.machine.ts';
import { step } from '../../machines/step.ts';
import type { Failure } from '../../src/protocol/job.ts';
import { blankRow } from '../support/job-rows.ts';

setFlagsFromString('--allow-natives-syntax');
const isQuick = runInThisContext('(object) => %HasFastProperties(object)') as (object: object) => boolean;

const failure: Failure = { class: 'retryable', code: 'connection', message: 'The connection was cut.' };

test('no event turns the context of a job into a hash table', () => {
  const life: JobEvent[] = [
    { type: 'CLAIM', at: 1_700_000_000_000, workerId: 'worker-1' },
    { type: 'FIRST_CONTENT', at: 1_700_000_000_100, attempt: 1 },
    { type: 'FAIL', at: 1_700_000_000_200, attempt: 1, failure, random: 0.5, rank: 7 },
    { type: 'PROMOTE', at: 1_700_000_000_300, rank: 8 },
    { type: 'CLAIM', at: 1_700_000_000_400, workerId: 'worker-2' },
    { type: 'COMPLETE', at: 1_700_000_000_500, attempt: 2 },
  ];
  let snapshot = rowToSnapshot(blankRow({ state: 'waiting', maxAttempts: 3 }));
  for (const event of life) {
    const next = step(jobMachine, snapshot, event);
    expect(next, event.type).not.toBe(snapshot);
    expect(isQuick(next.context), `after ${event.type}`).toBe(true);
    snapshot = next;
  }
  expect(snapshot.value).toBe('completed');
});
