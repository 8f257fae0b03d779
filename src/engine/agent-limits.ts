/**
 * What an agent may use in a day: tokens, money, or both. A day is the one of the host's clock and time zone, from midnight to
 * midnight. An agent whose answers of today, together with what is estimated of those under way, have reached a limit is given
 * no further job: its jobs wait, none fails, and they go on at midnight or as soon as the limit is raised. So a day can end
 * above a limit by what the last answers took beyond their estimate, and never by more.
 *
 * The sums are in memory and follow the commits; they are read from `usage` at a start, at midnight, and when the clock was
 * moved to another day.
 */
import type { AgentRow } from '../../db/chat.model.ts';
import type { Store } from '../../db/store.ts';
import type { AgentId, JobId } from '../protocol/ids.ts';
import type { AgentLimitKind, AgentToday } from '../protocol/agents.ts';
import type { Clock } from './ports.ts';
import type { Turn } from './turn.ts';

/** `costMicros`: millionths of a US dollar; 0 where no price is known. */
export interface AgentUse {
  readonly tokens: number;
  readonly costMicros: number;
}

export interface LimitReached {
  readonly kind: AgentLimitKind;
  /** Tokens, or millionths of a US dollar. */
  readonly limit: number;
  /** The next midnight, epoch ms. */
  readonly until: number;
}

type Limits = Pick<AgentRow, 'tokensPerDay' | 'spendPerDay'>;
interface Booking extends AgentUse {
  readonly agentId: AgentId;
}

const nothing: AgentUse = { tokens: 0, costMicros: 0 };

export class AgentLimits {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #dayChanged: () => void;
  readonly #limits = new Map<AgentId, Limits>();
  readonly #used = new Map<AgentId, AgentUse>();
  readonly #underWay = new Map<AgentId, AgentUse>();
  /** Attempts that run, with what they are expected to take. */
  readonly #bookings = new Map<string, Booking>();
  #day = { from: 0, until: 0 };

  /** `dayChanged`: the sums begin anew. */
  constructor(store: Store, clock: Clock, dayChanged: () => void) {
    this.#store = store;
    this.#clock = clock;
    this.#dayChanged = dayChanged;
  }

  /** Reads limits and today's sums. What was under way before a restart is given back to the queue, and books anew. */
  load(): void {
    this.#limits.clear();
    this.#underWay.clear();
    this.#bookings.clear();
    for (const { id, tokensPerDay, spendPerDay } of this.#store.chat.agents()) {
      this.#limits.set(id, { tokensPerDay, spendPerDay });
    }
    this.#loadDay(this.#clock.now());
  }

  /** An agent was made, changed or (undefined) removed. */
  setLimits(turn: Turn, id: AgentId, limits: Limits | undefined): void {
    const before = this.#limits.get(id);
    setOrDelete(this.#limits, id, limits);
    turn.undo(() => setOrDelete(this.#limits, id, before));
  }

  isLimited(id: AgentId): boolean {
    const limits = this.#limits.get(id);
    return limits !== undefined && (limits.tokensPerDay !== null || limits.spendPerDay !== null);
  }

  /** The limit that keeps this agent's jobs waiting; undefined while there is room. */
  reached(id: AgentId): LimitReached | undefined {
    const limits = this.#limits.get(id);
    if (limits === undefined || (limits.tokensPerDay === null && limits.spendPerDay === null)) return undefined;
    this.#keepDay();
    const used = this.#used.get(id) ?? nothing;
    const underWay = this.#underWay.get(id) ?? nothing;
    const { tokensPerDay, spendPerDay } = limits;
    const { until } = this.#day;
    if (tokensPerDay !== null && used.tokens + underWay.tokens >= tokensPerDay) {
      return { kind: 'tokens', limit: tokensPerDay, until };
    }
    if (spendPerDay !== null && used.costMicros + underWay.costMicros >= spendPerDay) {
      return { kind: 'spend', limit: spendPerDay, until };
    }
    return undefined;
  }

  /** All agents that are given no job now. */
  held(): AgentId[] {
    return [...this.#limits.keys()].filter((id) => this.reached(id) !== undefined);
  }

  today(id: AgentId): AgentToday {
    this.#keepDay();
    const { tokens, costMicros } = this.#used.get(id) ?? nothing;
    return { tokens, costMicros, until: this.#day.until, reached: this.reached(id)?.kind ?? null };
  }

  /** An attempt was claimed. */
  book(turn: Turn, agentId: AgentId, jobId: JobId, attempt: number, estimate: AgentUse): void {
    const key = keyOf(jobId, attempt);
    this.#put(key, { agentId, ...estimate });
    turn.undo(() => this.#take(key));
  }

  /** It has ended, in whatever way; an attempt that was not booked is none of ours. */
  release(turn: Turn, jobId: JobId, attempt: number): void {
    const key = keyOf(jobId, attempt);
    const booking = this.#take(key);
    if (booking !== undefined) turn.undo(() => this.#put(key, booking));
  }

  /** An answer is there, and this is what it took. */
  record(turn: Turn, agentId: AgentId, use: AgentUse): void {
    this.#keepDay();
    this.#used.set(agentId, sum(this.#used.get(agentId), use, 1));
    // Read anew when it is asked for: rare, and right whatever day it is by then.
    turn.undo(() => {
      this.#day = { from: 0, until: 0 };
    });
    if (this.isLimited(agentId)) turn.ring('agents');
  }

  #put(key: string, booking: Booking): void {
    this.#bookings.set(key, booking);
    this.#underWay.set(booking.agentId, sum(this.#underWay.get(booking.agentId), booking, 1));
  }

  #take(key: string): Booking | undefined {
    const booking = this.#bookings.get(key);
    if (booking === undefined) return undefined;
    this.#bookings.delete(key);
    this.#underWay.set(booking.agentId, sum(this.#underWay.get(booking.agentId), booking, -1));
    return booking;
  }

  #keepDay(): void {
    const now = this.#clock.now();
    if (now >= this.#day.from && now < this.#day.until) return;
    this.#loadDay(now);
    this.#dayChanged();
  }

  #loadDay(now: number): void {
    this.#day = dayOf(now);
    this.#used.clear();
    for (const { agentId, tokens, costMicros } of this.#store.settings.usageOfAgents(this.#day.from)) {
      this.#used.set(agentId, { tokens, costMicros });
    }
  }
}

/** From midnight to midnight where the host is; a day with a change of the clocks has 23 or 25 hours. */
export function dayOf(at: number): { from: number; until: number } {
  const date = new Date(at);
  const [year, month, day] = [date.getFullYear(), date.getMonth(), date.getDate()];
  return { from: new Date(year, month, day).getTime(), until: new Date(year, month, day + 1).getTime() };
}

function sum(before: AgentUse | undefined, use: AgentUse, sign: 1 | -1): AgentUse {
  const { tokens, costMicros } = before ?? nothing;
  return { tokens: tokens + sign * use.tokens, costMicros: costMicros + sign * use.costMicros };
}

function setOrDelete<Key, Value>(map: Map<Key, Value>, key: Key, value: Value | undefined): void {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
}

function keyOf(jobId: JobId, attempt: number): string {
  return `${jobId}:${attempt}`;
}
