/** What a run does and when, all of it from the seed: the load, and the kills. */
import type { Lane } from '../../src/protocol/job.ts';
import type { InnerDeath } from './deaths.ts';
import { seeded, type Seeded } from './seeded.ts';

/**
 * How the model answers a question. `cut`: the first time the connection goes in mid-stream; `busy`: the first time a
 * 500; `refused`: a 400, every time.
 */
export const ways = ['quick', 'plain', 'slow', 'cut', 'busy', 'refused'] as const;
export type Way = (typeof ways)[number];

export interface Question {
  /** Unique in the run; part of the prompt. */
  readonly number: number;
  readonly way: Way;
  readonly model: string;
}

export interface PlannedJob extends Question {
  readonly lane: Lane;
  readonly group: string;
  readonly delayMs: number;
  /** Indexes of earlier jobs of the same batch. */
  readonly after: readonly { index: number; onFailure: 'fail' | 'ignore' }[];
}

export type Deed =
  | { readonly kind: 'messages'; readonly conversation: number; readonly questions: readonly Question[] }
  | { readonly kind: 'jobs'; readonly jobs: readonly PlannedJob[] }
  /** Whatever the job does by then. */
  | { readonly kind: 'cancel'; readonly question: number };

/** From outside, or from inside; the built host's workers know only the first two. */
export type WorkerDeath = 'SIGKILL' | 'SIGSTOP' | InnerDeath;
export type Kill =
  | { readonly kind: 'worker'; readonly death: WorkerDeath; readonly quarantined: boolean; readonly pick: number }
  /** `next`: what is started after it. */
  | { readonly kind: 'host'; readonly next: HostKind };
export type HostKind = 'chaos' | 'built';

export interface At<T> {
  readonly atMs: number;
  readonly what: T;
}

export interface Plan {
  readonly seed: number;
  readonly conversations: number;
  readonly jobs: number;
  readonly deeds: readonly At<Deed>[];
  readonly kills: readonly At<Kill>[];
}

export interface PlanSize {
  readonly lengthMs: number;
  readonly jobs: number;
  readonly workerKills: number;
  readonly hostKills: number;
}

/** What a minute holds: 8 minutes are more than 2,000 jobs, 300 worker kills and 50 host kills. */
export function sizeOf(minutes: number): PlanSize {
  return {
    lengthMs: minutes * 60_000,
    jobs: Math.ceil(minutes * 260),
    workerKills: Math.ceil(minutes * 40),
    hostKills: Math.ceil(minutes * 6.5),
  };
}

const models = ['openai/m', 'anthropic/m'] as const;
const deaths: readonly WorkerDeath[] = [
  'SIGKILL',
  'SIGKILL',
  'SIGKILL',
  'SIGSTOP',
  'exit',
  'unhandled rejection',
  'out of memory',
  'blocked event loop',
];

export function makePlan(seed: number, size: PlanSize): Plan {
  const random = seeded(seed);
  const conversations = Math.max(4, Math.round(size.jobs / 35));
  const load = makeLoad(random, size, conversations);
  const kills = makeKills(random, size);
  return { seed, conversations, jobs: size.jobs, deeds: load, kills };
}

function makeLoad(random: Seeded, { jobs, lengthMs }: PlanSize, conversations: number): At<Deed>[] {
  const deeds: At<Deed>[] = [];
  let number = 0;
  const question = (mayBeRefused: boolean): Question => {
    number += 1;
    const dice = random.next();
    const way: Way =
      dice < 0.2
        ? 'quick'
        : dice < 0.6
          ? 'plain'
          : dice < 0.86
            ? 'slow'
            : dice < 0.93
              ? 'cut'
              : dice < 0.96 || !mayBeRefused
                ? 'busy'
                : 'refused';
    return { number, way, model: random.pick(models) };
  };
  while (number < jobs) {
    const atMs = Math.round((number / jobs) * lengthMs);
    const first = number + 1;
    const room = jobs - number;
    if (random.chance(0.5)) {
      const length = Math.min(room, random.between(1, 4));
      // A refused question holds its conversation until a user decides; here nobody would.
      const questions = Array.from({ length }, () => question(false));
      deeds.push({ atMs, what: { kind: 'messages', conversation: random.between(1, conversations), questions } });
    } else {
      const length = Math.min(room, random.between(1, 6));
      const batch = Array.from({ length }, (_, index) => batchJob(random, question(true), index));
      deeds.push({ atMs, what: { kind: 'jobs', jobs: batch } });
    }
    if (random.chance(0.15)) {
      const cancelled = random.between(first, number);
      deeds.push({ atMs: atMs + random.between(0, 3_000), what: { kind: 'cancel', question: cancelled } });
    }
  }
  return deeds.toSorted((one, other) => one.atMs - other.atMs);
}

function batchJob(random: Seeded, question: Question, index: number): PlannedJob {
  const onFailure = (): 'fail' | 'ignore' => (random.chance(0.5) ? 'fail' : 'ignore');
  const lane: Lane = random.pick(['high', 'medium', 'low']);
  const depends = index > 0 && random.chance(0.6);
  const first = depends ? random.between(0, index - 1) : 0;
  const second = depends && random.chance(0.3) ? random.between(0, index - 1) : first;
  return {
    ...question,
    lane,
    group: `group ${random.between(1, 12)}`,
    delayMs: random.chance(0.15) ? random.between(100, 4_000) : 0,
    after: depends ? [...new Set([first, second])].map((at) => ({ index: at, onFailure: onFailure() })) : [],
  };
}

function makeKills(random: Seeded, { lengthMs, workerKills, hostKills }: PlanSize): At<Kill>[] {
  // Not before there is something to kill, and even enough that most hosts see some of their workers die.
  const spread = (count: number, index: number): number =>
    Math.round(1_500 + ((index + random.next()) / count) * (lengthMs - 1_500));
  const workers = Array.from({ length: workerKills }, (_, index): At<Kill> => {
    const what: Kill = {
      kind: 'worker',
      death: random.pick(deaths),
      quarantined: random.chance(0.15),
      pick: random.next(),
    };
    return { atMs: spread(workerKills, index), what };
  });
  const hosts = Array.from({ length: hostKills }, (_, index): At<Kill> => ({
    atMs: spread(hostKills, index),
    what: { kind: 'host', next: random.chance(0.3) ? 'built' : 'chaos' },
  }));
  return [...workers, ...hosts].toSorted((one, other) => one.atMs - other.atMs);
}
