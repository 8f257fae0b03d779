/** What a user may do to a job now. The job's machine decides; nobody else keeps a list of it. */
import { blankJob, type JobEvent } from '../../machines/job.context.ts';
import { jobMachine, type JobSnapshot } from '../../machines/job.machine.ts';
import { jobStates, type JobState } from '../protocol/job.ts';
import { JobUserEvent } from '../protocol/views.ts';

/** A sample of each user event, to ask the machine whether it accepts it. */
const samples: Record<JobUserEvent, JobEvent> = {
  CANCEL: { type: 'CANCEL', at: 0 },
  RETRY: { type: 'RETRY', at: 0, rank: 0, openDependencies: 0, heldDependencies: 0 },
  PROMOTE: { type: 'PROMOTE', at: 0, rank: 0 },
  SKIP: { type: 'SKIP', at: 0 },
};
const setLane: JobEvent = { type: 'SET_LANE', at: 0, lane: 'high', rank: 0 };

export function acceptedEvents(snapshot: JobSnapshot): JobUserEvent[] {
  return JobUserEvent.options.filter((type) => snapshot.can(samples[type]));
}

export interface Accepted {
  readonly can: JobUserEvent[];
  readonly canChangeLane: boolean;
}

/** What the machine accepts in this state, for lists: a job's state alone decides about what users may do. */
export function acceptedIn(state: JobState): Accepted {
  return byState[state];
}

const byState = Object.fromEntries(
  jobStates.map((state) => {
    const value = state === 'active' ? ({ active: 'starting' } as const) : state;
    const snapshot = jobMachine.resolveState({ value, context: blankJob });
    return [state, { can: acceptedEvents(snapshot), canChangeLane: snapshot.can(setLane) }];
  }),
) as Record<JobState, Accepted>;
