/** Following one actor: the steps it has taken, as far as they are known, and then each one that it takes. */
import { setImmediate } from 'node:timers/promises';
import type { JobRow } from '../../db/llm-jobs.model.ts';
import type { Store } from '../../db/store.ts';
import type { JobId } from '../protocol/ids.ts';
import { maxReplaySteps, type Followed, type InspectedStep, type Replay } from '../protocol/inspection.ts';
import type { ActorNow, ActorsNow } from './actors-now.ts';
import { EngineError } from './errors.ts';
import { statePaths } from './inspected-machines.ts';
import type { Inspected, Inspection } from './inspection.ts';
import type { LlmJobQueue } from './llm-job-queue.service.ts';
import type { Clock } from './ports.ts';
import { redact } from './redaction.ts';
import { changesBetween, JobReplay } from './replay.ts';
import type { Bell, Topics } from './topics.ts';
import type { Views } from './views.ts';

/** Events of a job that are read and replayed at a stretch: about 5 ms. */
const eventsAtOnce = 100;
/** A reader of the feed is told at most this often. */
const gatherMs = 40;

export interface FollowOptions {
  store: Store;
  clock: Clock;
  topics: Topics;
  inspection: Inspection;
  queue: LlmJobQueue;
  actors: ActorsNow;
  views: Views;
}

export interface Told {
  /** The `seq` of the last step. */
  readonly cursor: string;
  readonly followed: Followed;
}

/** All steps of a job so far, at most `maxReplaySteps`. Rejects with `NOT_FOUND`. */
export async function replayJob({ store, queue }: FollowOptions, id: JobId): Promise<Replay> {
  const replayed = startReplay(store, queue.actors.require(id));
  const steps = [replayed.start];
  for (;;) {
    const job = queue.actors.require(id);
    const events = store.log.eventsAfter(id, replayed.version, eventsAtOnce);
    steps.push(...events.map((event) => replayed.take(event)));
    if (events.length < eventsAtOnce || steps.length > maxReplaySteps) {
      const differs = events.length < eventsAtOnce ? replayed.differs(job) : [];
      return { id: `job:${id}`, machine: 'job', steps, exact: replayed.exact, differs };
    }
    await setImmediate();
  }
}

/**
 * The versions of a job's row number its events, and all of them are read from the log: first those that have been, then
 * each as it is committed. There is no seam between the two at which one could be lost or told twice. `after`: the `seq`
 * from which a reader goes on. Throws `NOT_FOUND`.
 */
export async function* followJob(
  { store, topics, queue, views }: FollowOptions,
  id: JobId,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<Told> {
  const bell = topics.listen([`job:${id}`], signal);
  try {
    const replayed = startReplay(store, queue.actors.require(id));
    let steps = [replayed.start];
    let shown = '';
    do {
      for (let isAll = false; !isAll;) {
        const job = queue.actors.require(id);
        const events = store.log.eventsAfter(id, replayed.version, eventsAtOnce);
        isAll = events.length < eventsAtOnce;
        steps.push(...events.map((event) => replayed.take(event)));
        const view = {
          id: `job:${id}`,
          machine: 'job',
          exact: replayed.exact,
          differs: isAll ? replayed.differs(job) : [],
          live: queue.actors.liveRow(id) !== undefined,
          status: views.jobActor(job).status,
          can: views.jobActor(job).can,
          restarted: false,
        };
        const unseen = steps.filter(({ seq }) => seq > after);
        const text = JSON.stringify(view);
        if (unseen.length > 0 || text !== shown) {
          yield { cursor: String(replayed.version), followed: { ...view, steps: unseen } };
        }
        shown = text;
        steps = [];
        if (!isAll) await setImmediate();
      }
    } while (await bell.next());
  } finally {
    bell.close();
  }
}

/** How the actor is now, and then what the feed has for it. Throws `NOT_FOUND`; ends when the actor does. */
export async function* followOther(
  { clock, topics, inspection, actors }: FollowOptions,
  id: string,
  signal: AbortSignal,
): AsyncGenerator<Told> {
  const close = inspection.open();
  const bell = topics.listen(['inspection', 'pool'], signal);
  try {
    let now = actors.get(id);
    if (now === undefined) throw new EngineError('NOT_FOUND', `There is no actor ${id} (any more).`);
    let { seq } = inspection;
    let context = redact(now.context);
    yield tell(id, now, [found(clock.now(), now)], true);
    while (await gathered(bell, clock, signal)) {
      const { events, missed } = inspection.read(seq, true);
      ({ seq } = inspection);
      now = actors.get(id);
      if (missed && now !== undefined) {
        context = redact(now.context);
        yield tell(id, now, [found(clock.now(), now)], true);
        continue;
      }
      const steps: InspectedStep[] = [];
      for (const event of events) {
        if (event.to !== id) continue;
        steps.push(stepOf(event, context));
        context = { ...event.context };
      }
      if (steps.length > 0 || now === undefined) yield tell(id, now, steps, false);
      if (now === undefined) return;
    }
  } finally {
    bell.close();
    close();
  }
}

/** Waits for the bell, and then a moment more: all that happens within it is one piece. False when `signal` aborts. */
export async function gathered(bell: Bell, clock: Clock, signal: AbortSignal, forMs = gatherMs): Promise<boolean> {
  if (!(await bell.next()) || signal.aborted) return false;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(forMs, done);
    signal.addEventListener('abort', done);
  });
  return !signal.aborted;
}

function startReplay(store: Store, job: JobRow): JobReplay {
  return new JobReplay(job, store.log.eventsAfter(job.id, 0, 1)[0]);
}

function found(at: number, { value, context }: ActorNow): InspectedStep {
  return {
    seq: 0,
    at,
    event: null,
    from: null,
    detail: {},
    states: statePaths(value),
    edges: [],
    actions: [],
    changes: redact(context),
    routine: false,
    diverged: false,
  };
}

function stepOf(event: Inspected, before: Readonly<Record<string, unknown>>): InspectedStep {
  const { seq, at, type, from, detail, states, edges, actions, context, routine } = event;
  const changes = changesBetween(before, context);
  return {
    seq,
    at,
    event: type,
    from,
    detail,
    states,
    edges,
    actions: [...actions],
    changes,
    routine,
    diverged: false,
  };
}

function tell(id: string, now: ActorNow | undefined, steps: InspectedStep[], restarted: boolean): Told {
  const machine = id.replace(/:.*/, '');
  const live = now !== undefined;
  const status = now?.status ?? 'stopped';
  return {
    cursor: String(steps.at(-1)?.seq ?? 0),
    followed: { id, machine, steps, exact: true, differs: [], live, status, can: [], restarted },
  };
}
