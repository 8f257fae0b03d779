/**
 * Requests and tokens per minute at one provider. A call is booked before it starts, with the tokens that it may take at
 * most; when it ends, with what it took. So a limit holds while many calls are in flight: of all calls that started within
 * any minute, and of those that are still under way, no more is booked than the limit. (Providers book a call at its start.)
 *
 * Deterministic: times (epoch ms) come with every call. Nothing here knows what was taken with the same key elsewhere;
 * `observe` corrects the books by what the provider says is left.
 */
import type { Lane } from '../../src/protocol/job.ts';
import type { LimitReport } from '../../src/protocol/provider.ts';
import { mayTakeAmount } from './lane-shares.ts';

export const rateWindowMs = 60_000;

/** In a minute; null: no limit. */
export interface RateLimit {
  readonly requests: number | null;
  readonly tokens: number | null;
}
export type RateKind = keyof RateLimit;
const kinds: readonly RateKind[] = ['requests', 'tokens'];

/** One call in the books. */
export interface Booking {
  readonly lane: Lane;
  /** Its start. */
  at: number;
  tokens: number;
  underWay: boolean;
  /** Its request still counts; of a long call only the tokens do after a minute. */
  countsAsRequest: boolean;
}

type LaneUse = Record<Lane, number>;

export class RateWindow {
  /** In the order of their start. */
  readonly #bookings = new Map<string, Booking>();
  readonly #used: Record<RateKind, LaneUse> = {
    requests: { high: 0, medium: 0, low: 0 },
    tokens: { high: 0, medium: 0, low: 0 },
  };
  /** What the provider itself reports as its limit. */
  readonly #reported: Record<RateKind, number | null> = { requests: null, tokens: null };
  /** Taken by others, as far as the provider's figures show it. */
  readonly #elsewhere = { requests: { amount: 0, until: 0 }, tokens: { amount: 0, until: 0 } };
  #lastAt = 0;

  /** The stricter one of what is set and what the provider reports. */
  limit(set: RateLimit, kind: RateKind): number | null {
    const own = set[kind];
    const reported = this.#reported[kind];
    if (own === null || reported === null) return own ?? reported;
    return Math.min(own, reported);
  }

  /** Whether one more call of this lane may start. One that is larger than its lane's whole share may, when that is unused. */
  fits(set: RateLimit, lane: Lane, tokens: number, at: number): boolean {
    return this.tooFew(set, lane, tokens, at) === undefined;
  }

  /** Of what there is not enough left for such a call. */
  tooFew(set: RateLimit, lane: Lane, tokens: number, at: number): RateKind | undefined {
    this.#expire(at);
    return kinds.find((kind) => {
      const limit = this.limit(set, kind);
      if (limit === null) return false;
      const elsewhere = this.#elsewhereAt(kind, at);
      // What others took leaves less for high, and shrinks nobody's share.
      const used = { ...this.#used[kind], high: this.#used[kind].high + elsewhere };
      return !mayTakeAmount(lane, used, limit, kind === 'requests' ? 1 : tokens);
    });
  }

  /** When the books next have more room than now, as far as is known. */
  nextRoomAt(kind: RateKind, at: number): number {
    this.#expire(at);
    const oldest = [...this.#bookings.values()].find((booking) => booking.at + rateWindowMs > at);
    const times = [
      ...(oldest === undefined ? [] : [oldest.at + rateWindowMs]),
      ...(this.#elsewhereAt(kind, at) > 0 ? [this.#elsewhere[kind].until] : []),
    ];
    return times.length === 0 ? at : Math.min(...times);
  }

  /** Books a call that starts now with at most `tokens`. */
  reserve(key: string, lane: Lane, tokens: number, at: number): void {
    this.#expire(at);
    this.restore(key, { lane, tokens, at, underWay: true, countsAsRequest: true });
  }

  /** The call has ended; undefined: what it took is not known, and its reservation stands. Returns the booking as it was. */
  settle(key: string, tokens: number | undefined, at: number): Booking | undefined {
    const booking = this.#bookings.get(key);
    if (booking === undefined) return undefined;
    const before = { ...booking };
    this.#used.tokens[booking.lane] += (tokens ?? booking.tokens) - booking.tokens;
    booking.tokens = tokens ?? booking.tokens;
    booking.underWay = false;
    this.#expire(at);
    return before;
  }

  /** Takes a booking back, as if it had not been made. */
  remove(key: string): void {
    const booking = this.#bookings.get(key);
    if (booking === undefined) return;
    this.#bookings.delete(key);
    this.#used.tokens[booking.lane] -= booking.tokens;
    if (booking.countsAsRequest) this.#used.requests[booking.lane] -= 1;
  }

  /** Puts a booking into the books, in place of one with the same key. */
  restore(key: string, booking: Booking): void {
    this.remove(key);
    this.#bookings.set(key, { ...booking });
    this.#used.tokens[booking.lane] += booking.tokens;
    if (booking.countsAsRequest) this.#used.requests[booking.lane] += 1;
  }

  /**
   * The provider's own figures. Where it has less left than our books say, somebody else took the difference; that holds
   * until the provider resets its count, but not for longer than a window: the next answer tells more.
   */
  observe(kind: RateKind, { limit, remaining, resetMs }: LimitReport, set: RateLimit, at: number): void {
    this.#expire(at);
    if (limit !== undefined) this.#reported[kind] = limit;
    const known = this.limit(set, kind);
    if (known === null || remaining === undefined) return;
    const { high, medium, low } = this.#used[kind];
    const amount = Math.max(0, known - (high + medium + low) - remaining);
    this.#elsewhere[kind] = { amount, until: at + Math.min(resetMs ?? rateWindowMs, rateWindowMs) };
  }

  #elsewhereAt(kind: RateKind, at: number): number {
    const { amount, until } = this.#elsewhere[kind];
    return at < until ? amount : 0;
  }

  #expire(at: number): void {
    if (at < this.#lastAt) this.#goBackTo(at);
    this.#lastAt = at;
    for (const [key, booking] of this.#bookings) {
      if (booking.at + rateWindowMs > at) return;
      if (booking.countsAsRequest) this.#used.requests[booking.lane] -= 1;
      booking.countsAsRequest = false;
      if (booking.underWay) continue;
      this.#used.tokens[booking.lane] -= booking.tokens;
      this.#bookings.delete(key);
    }
  }

  /** The clock was set back: nothing must count for longer than a window from now. */
  #goBackTo(at: number): void {
    for (const booking of this.#bookings.values()) booking.at = Math.min(booking.at, at);
    for (const kind of kinds) {
      const { amount, until } = this.#elsewhere[kind];
      this.#elsewhere[kind] = { amount, until: Math.min(until, at + rateWindowMs) };
    }
  }
}
