/** What a turn tells the inspectors of the jobs and providers it sends events to. Only called while somebody inspects. */
import type { AnyMachineSnapshot, SnapshotFrom } from 'xstate';
import { rowToSnapshot } from '../../db/jobs/job-row.ts';
import type { JobRow } from '../../db/llm-jobs.model.ts';
import { actionNames, transitionId } from '../../machines/definition.ts';
import type { JobEvent, JobEventType } from '../../machines/job.context.ts';
import { jobMachine } from '../../machines/job.machine.ts';
import { providerMachine, type ProviderMachineEvent } from '../../machines/provider.machine.ts';
import { transitionsTaken } from '../../machines/step.ts';
import type { ProviderId } from '../protocol/ids.ts';
import { statePaths } from './inspected-machines.ts';
import type { Happening, Inspection } from './inspection.ts';
import { redact, redactEvent } from './redaction.ts';
import type { Turn } from './turn.ts';

const fromWorkers: ReadonlySet<JobEventType> = new Set(['FIRST_CONTENT', 'COMPLETE', 'FAIL', 'LOST', 'STOPPED']);

/** Who sends a job this event: its worker (`processedBy` before it), the dispatcher, or the engine (API, timers, other jobs). */
export function senderOf(event: JobEventType, processedBy: string | null): string {
  if (event === 'CLAIM') return 'dispatcher';
  return fromWorkers.has(event) ? (processedBy ?? 'engine') : 'engine';
}

export function tellEnqueued(inspection: Inspection, turn: Turn, row: JobRow): void {
  const snapshot = rowToSnapshot(row);
  inspection.record(turn, {
    ...blank(turn.at, 'engine', `job:${row.id}`, 'job.ENQUEUED'),
    eventType: 'xstate.init',
    states: statePaths(snapshot.value),
    context: redact(snapshot.context),
  });
}

/** `after` undefined: the machine did not accept it. */
export function tellJob(
  inspection: Inspection,
  turn: Turn,
  { event, before, after }: { event: JobEvent; before: JobRow; after: JobRow | undefined },
): void {
  const from = rowToSnapshot(before);
  const to = after === undefined ? from : rowToSnapshot(after);
  inspection.record(turn, {
    ...blank(turn.at, senderOf(event.type, before.processedBy), `job:${before.id}`, event.type),
    ...outcome(to, after === undefined ? [] : transitionsTaken(jobMachine, from, event)),
    detail: redactEvent(event),
    ignored: after === undefined,
  });
}

type ProviderSnapshot = SnapshotFrom<typeof providerMachine>;

export function tellProvider(
  inspection: Inspection,
  turn: Turn,
  id: ProviderId,
  event: ProviderMachineEvent,
  { before, after }: { before: ProviderSnapshot; after: ProviderSnapshot },
): void {
  const sender = 'jobId' in event ? `job:${event.jobId}` : 'engine';
  inspection.record(turn, {
    ...blank(turn.at, sender, `provider:${id}`, event.type),
    ...outcome(after, transitionsTaken(providerMachine, before, event)),
    detail: redactEvent(event),
    ignored: before === after,
  });
}

/** A step of an actor that is a row: a goal, a task. The engine sends them all their events. `taken`: the transitions of it. */
export function tellRow(
  inspection: Inspection,
  turn: Turn,
  id: string,
  event: { readonly type: string },
  { taken, before, after }: RowStep,
): void {
  inspection.record(turn, {
    ...blank(turn.at, 'engine', id, event.type),
    ...outcome(after, taken),
    detail: redactEvent(event),
    ignored: before === after,
  });
}

export interface RowStep {
  readonly taken: ReturnType<typeof transitionsTaken>;
  readonly before: AnyMachineSnapshot;
  readonly after: AnyMachineSnapshot;
}

/** At the end of a turn: what will leave for the workers' processes, on behalf of a job where it is about one. */
export function tellSent(inspection: Inspection, turn: Turn): void {
  for (const [workerId, messages] of turn.toWorkers) {
    for (const message of messages) {
      const sender = 'jobId' in message ? `job:${message.jobId}` : 'engine';
      const sent = blank(turn.at, sender, `${workerId}/process`, message.type);
      inspection.record(turn, { ...sent, detail: redactEvent(message) });
    }
  }
}

function outcome(
  snapshot: AnyMachineSnapshot,
  taken: ReturnType<typeof transitionsTaken>,
): Pick<Happening, 'states' | 'status' | 'context' | 'edges' | 'actions'> {
  return {
    states: statePaths(snapshot.value),
    status: snapshot.status,
    context: redact(snapshot.context),
    edges: taken.map(transitionId),
    actions: taken.flatMap(({ actions }) => actionNames([...actions])),
  };
}

export function blank(at: number, from: string, to: string, type: string): Happening {
  return {
    at,
    from,
    to,
    type,
    eventType: type,
    detail: {},
    states: [],
    edges: [],
    ignored: false,
    routine: false,
    status: 'active',
    context: {},
    actions: [],
  };
}
