/**
 * What the inspector shows: machines as graphs, the events between actors, and the steps that one actor took. All of it is
 * redacted (`src/engine/redaction.ts`): names, numbers and states, never a text that a person, a model or a provider wrote.
 * Times are epoch milliseconds.
 */
import { z } from 'zod';
import { JobId } from './ids.ts';

/** A state as a path, `active.streaming`; the machine itself is ''. */
const StatePath = z.string();

export const MachineState = z.object({
  path: StatePath,
  /** The state around it; '' for an outermost one. */
  parent: StatePath,
  /** Its own name: the last part of the path. */
  key: z.string(),
  type: z.enum(['atomic', 'compound', 'parallel', 'final', 'history']),
  /** Where the state around it begins. */
  initial: z.boolean(),
  description: z.string(),
  tags: z.array(z.string()),
  entry: z.array(z.string()),
});
export type MachineState = z.infer<typeof MachineState>;

export const MachineTransition = z.object({
  /** The same in every version of the graph while the definition is the same; steps name it in `edges`. */
  id: z.string(),
  source: StatePath,
  /** As XState names it. */
  event: z.string(),
  /** For people: the event, or `after tick`, `at once`, `a child ends`. */
  label: z.string(),
  guard: z.string().nullable(),
  /** Empty: the state stays as it is. */
  targets: z.array(StatePath),
  actions: z.array(z.string()),
});
export type MachineTransition = z.infer<typeof MachineTransition>;

/** One machine: states in the order of the definition, the outer before the inner. */
export const MachineGraph = z.object({
  id: z.string(),
  states: z.array(MachineState),
  transitions: z.array(MachineTransition),
});
export type MachineGraph = z.infer<typeof MachineGraph>;

export const InspectedActor = z.object({
  id: z.string(),
  /** The id of its `MachineGraph`. */
  machine: z.string(),
  /** The innermost active states. */
  states: z.array(StatePath),
});
export type InspectedActor = z.infer<typeof InspectedActor>;

/** The actors that are live now. At most 500 jobs are listed; `jobs` is how many are live. */
export const InspectedActors = z.object({ actors: z.array(InspectedActor), jobs: z.number().int() });
export type InspectedActors = z.infer<typeof InspectedActors>;

/** One event on its way from one actor to another. */
export const FeedEvent = z.object({
  /** Raised by one for each event, from 1. */
  seq: z.number().int(),
  at: z.number(),
  /** `engine` (API, timers), `dispatcher`, `supervisor`, `worker:n`, `worker:n/process`, `provider:x`, `job:y`. */
  from: z.string(),
  to: z.string(),
  /** `job.ENQUEUED` and `actor.STARTED` stand for the beginning of an actor. */
  type: z.string(),
  /** Its payload. */
  detail: z.record(z.string(), z.unknown()),
  /** The receiver's innermost active states afterwards; empty for one without a machine. */
  states: z.array(StatePath),
  /** The transitions it took. */
  edges: z.array(z.string()),
  /** The receiver did not accept it. */
  ignored: z.boolean(),
  /** Clockwork: ticks, heartbeats and what follows from them. */
  routine: z.boolean(),
});
export type FeedEvent = z.infer<typeof FeedEvent>;

/** `epoch:seq`: numbers begin again when nobody has been watching for a moment. */
export const FeedCursor = z.string().regex(/^\d{1,16}:\d{1,12}$/);
export const WatchFeed = z.object({
  /** With the clockwork. */
  routine: z.boolean().default(false),
  lastEventId: FeedCursor.optional(),
});
/** Some events, oldest first. `missed`: the reader was away for so long that older ones are gone. */
export const FeedBatch = z.object({ events: z.array(FeedEvent), missed: z.boolean() });
export type FeedBatch = z.infer<typeof FeedBatch>;

/** One event that an actor handled, and what became of the actor by it. */
export const InspectedStep = z.object({
  /** A job's is its row's version, 0 the enqueue. Another actor's is the feed's number, 0 what was found at first. */
  seq: z.number().int(),
  at: z.number(),
  /** Null with the first: there was none. */
  event: z.string().nullable(),
  /** Who sent it. */
  from: z.string().nullable(),
  detail: z.record(z.string(), z.unknown()),
  states: z.array(StatePath),
  edges: z.array(z.string()),
  actions: z.array(z.string()),
  /** What is different in the context; all of it with the first. */
  changes: z.record(z.string(), z.unknown()),
  /** Clockwork: a tick, a heartbeat, and what follows from them. */
  routine: z.boolean(),
  /** The machine, asked again, comes to another state than the log has: the log's is shown. */
  diverged: z.boolean(),
});
export type InspectedStep = z.infer<typeof InspectedStep>;

export const Replay = z.object({
  id: z.string(),
  machine: z.string(),
  steps: z.array(InspectedStep),
  /** False: a job that an older version enqueued; some of where it began is inferred. */
  exact: z.boolean(),
  /** Parts of the context in which the row differs from what the events lead to: times that moved with the clock. */
  differs: z.array(z.string()),
});
export type Replay = z.infer<typeof Replay>;

/** What a follower is told: new steps (the first time: all so far), and how the actor is now. */
export const Followed = Replay.extend({
  /** It has an actor now; a job in the queue or at rest is a row. */
  live: z.boolean(),
  status: z.enum(['active', 'done', 'error', 'stopped']),
  /** User events that it accepts now. */
  can: z.array(z.string()),
  /** `steps` begins anew: forget those before. */
  restarted: z.boolean(),
});
export type Followed = z.infer<typeof Followed>;

/** How many steps a job's replay begins with; later ones follow in further pieces. */
export const maxReplaySteps = 2_000;
export const ReplayJob = z.object({ id: JobId });
export const FollowActor = z.object({
  id: z.string().max(200),
  /** The last step's `seq`: only later ones are sent. Of a job's steps only. */
  lastEventId: z
    .string()
    .regex(/^\d{1,12}$/)
    .optional(),
});
