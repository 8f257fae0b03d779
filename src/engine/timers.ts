/** What the time brings: due jobs, ends of waiting, the pulse, and a clock that was moved. */
import type { Store } from '../../db/store.ts';
import { ClockJumps } from './clock-jumps.ts';
import type { Fallbacks } from './fallbacks.ts';
import type { Goals } from './goals/goals.ts';
import type { Inputs } from './inputs.ts';
import type { LlmJobQueue } from './llm-job-queue.service.ts';
import type { Clock, Log } from './ports.ts';
import type { ProviderActors } from './provider-actors.ts';
import type { Signals } from './signals.ts';
import type { Streams } from './streams.ts';
import type { Topics } from './topics.ts';
import type { Turn } from './turn.ts';

/** Streams are stored, and the pool's and queue's watchers are told, this often (when there is anything). */
const pulseMs = 250;
/** Due timers handled in one turn; the next turn follows at once. */
const maxDue = 256;

export interface TimersOptions {
  store: Store;
  clock: Clock;
  inputs: Inputs;
  queue: LlmJobQueue;
  providers: ProviderActors;
  fallbacks: Fallbacks;
  streams: Streams;
  topics: Topics;
  signals: Signals;
  log: Log;
  /** Made after the timers. */
  goals: () => Goals;
}

export interface Timers {
  /** Begins the pulse. */
  start(): void;
  stop(): void;
  /** The dispatcher's slow tick: leads to a turn that looks at everything due. */
  tick(): void;
}

export function createTimers(options: TimersOptions): Timers {
  const { store, clock, inputs, queue, providers, fallbacks, streams, topics, signals, log } = options;
  const clockJumps = new ClockJumps(clock, pulseMs);
  let cancelPulse: (() => void) | undefined;
  return {
    start: pulse,
    stop: () => cancelPulse?.(),
    tick() {
      // Before anything is found due or overdue by a clock that has moved.
      lookAtClock();
      inputs.postOnce('dispatch', wakeDue);
    },
  };

  /** The dispatcher's slow tick: timers that came due, jobs that ran out of time, providers whose pause is over. */
  function wakeDue(turn: Turn): void {
    signals.bell = true;
    const due = store.jobs.due(turn.at, maxDue);
    const expired = [...store.jobs.expired(turn.at, maxDue), ...store.jobs.queuedTooLong(turn.at, maxDue)];
    const overtime = queue.actors.overtime(turn.at);
    const moved = fallbacks.due(turn.at);
    turn.after(() => {
      // Each by itself, so that one that cannot be handled does not keep the others.
      for (const id of due) inputs.postFor(id, 'due', (next) => queue.wake(next, id));
      for (const id of expired) inputs.postFor(id, 'expire', (next) => queue.expire(next, id));
      for (const { id, model } of moved) {
        inputs.postFor(id, 'fall back', (next) => queue.fallBack(next, id, model));
      }
      for (const id of overtime) inputs.postFor(id, 'time out', (next) => queue.timeOut(next, id));
      if (due.length === maxDue || expired.length >= maxDue) inputs.postOnce('dispatch', wakeDue);
    });
    providers.wakeDue(turn);
    options.goals().pauseOvertime(turn);
  }

  function lookAtClock(): void {
    const jumpMs = clockJumps.look();
    if (jumpMs === 0) return;
    log('info', jumpMs < 0 ? 'the clock went back' : 'the clock went ahead, or this process stood still', { jumpMs });
    inputs.post('clock jump', (turn) => followClock(turn, jumpMs));
  }

  /** See `clock-jumps.ts`. */
  function followClock(turn: Turn, jumpMs: number): void {
    store.jobTimes.shiftDeadlines(jumpMs);
    queue.actors.shiftDeadlines(turn, jumpMs);
    store.goals.shiftTimes(jumpMs);
    if (jumpMs > 0) return;
    store.jobTimes.shiftDelays(jumpMs);
    providers.shiftPauses(turn, jumpMs);
  }

  function pulse(): void {
    cancelPulse = clock.after(pulseMs, pulse);
    lookAtClock();
    if (streams.hasUnstored) inputs.postOnce('store streams', (turn) => streams.store(turn));
    if (!signals.pulseDue) return;
    signals.pulseDue = false;
    topics.ring('pool');
    topics.ring('queue');
  }
}
