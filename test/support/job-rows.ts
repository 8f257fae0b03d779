/** Rows of jobs as they come from nowhere, for tests of the tables themselves. */
import type { JobRow } from '../../db/llm-jobs.model.ts';
import { blankJob } from '../../machines/job.context.ts';
import { jobMachineVersion } from '../../machines/job.machine.ts';
import type { JobId } from '../../src/protocol/ids.ts';

/** Ids in order of `n`. */
export function jobIdOf(n: number): JobId {
  return `job_01J9Z3K4M5N6P7Q8R9${String(n).padStart(8, '0')}` as JobId;
}

export function blankRow(more: Partial<JobRow> = {}): JobRow {
  return {
    ...blankJob,
    id: jobIdOf(0),
    name: 'test',
    data: {
      kind: 'prompt',
      model: 'demo/demo',
      messages: [{ role: 'user', content: 'a question' }],
      params: {},
      readsResults: false,
    },
    state: 'waiting',
    phase: null,
    provider: 'demo',
    fallbacks: null,
    groupKey: 'test',
    delay: 0,
    progress: 0,
    returnvalue: null,
    failedReason: null,
    stacktrace: [],
    omittedMessages: 0,
    parentId: null,
    agentId: null,
    timestamp: 1,
    version: 0,
    machineVersion: jobMachineVersion,
    ...more,
  };
}
