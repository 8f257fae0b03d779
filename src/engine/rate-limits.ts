/** The books of requests and tokens per minute, one for each provider, and who holds up whom. */
import type { ProviderRow } from '../../db/settings.model.ts';
import type { Store } from '../../db/store.ts';
import { type RateKind, type RateLimit, rateWindowMs, RateWindow } from '../../machines/policy/rate-limit.ts';
import type { JobId, ProviderId } from '../protocol/ids.ts';
import type { Lane } from '../protocol/job.ts';
import type { ProviderLimits } from '../protocol/provider.ts';
import type { Clock } from './ports.ts';
import type { Turn } from './turn.ts';

export interface HoldUp {
  readonly kind: RateKind;
  /** In a minute. */
  readonly limit: number;
  /** When there is more room than now; epoch ms. */
  readonly until: number;
}

export class RateLimits {
  readonly #clock: Clock;
  readonly #windows = new Map<ProviderId, RateWindow>();
  /** At which provider an attempt is booked. */
  readonly #bookedAt = new Map<string, ProviderId>();
  /** Tokens that the first job in line asked for in vain, by provider and lane. */
  readonly #asked = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** After a start: what was answered within the last minute counts. Its lanes are not known; it shrinks nobody's share. */
  load(store: Store): void {
    this.#windows.clear();
    this.#bookedAt.clear();
    for (const row of store.settings.usageSince(this.#clock.now() - rateWindowMs)) {
      const booking = { lane: 'high', at: row.at, tokens: row.inputTokens + row.outputTokens } as const;
      this.#window(row.provider).restore(keyOf(row.jobId, row.attempt), {
        ...booking,
        underWay: false,
        countsAsRequest: true,
      });
    }
  }

  /** Whether a call has to be booked there at all. */
  isLimited(row: ProviderRow): boolean {
    return this.#limit(row, 'requests') !== null || this.#limit(row, 'tokens') !== null;
  }

  limitsTokens(row: ProviderRow): boolean {
    return this.#limit(row, 'tokens') !== null;
  }

  /** Whether one more call of this lane may start there, if it takes no more than `tokens`. */
  fits(row: ProviderRow, lane: Lane, tokens: number): boolean {
    const window = this.#windows.get(row.id) ?? empty;
    const fits = window.fits(settingsOf(row), lane, tokens, this.#clock.now());
    const key = `${row.id}/${lane}`;
    if (tokens > 0 && !fits) this.#asked.set(key, tokens);
    else if (tokens > 0) this.#asked.delete(key);
    return fits;
  }

  /** The limit that keeps the next job of this lane waiting. */
  holdUp(row: ProviderRow, lane: Lane): HoldUp | undefined {
    const now = this.#clock.now();
    const window = this.#windows.get(row.id) ?? empty;
    const kind = window.tooFew(settingsOf(row), lane, this.#asked.get(`${row.id}/${lane}`) ?? 0, now);
    const limit = kind === undefined ? null : this.#limit(row, kind);
    if (kind === undefined || limit === null) return undefined;
    return { kind, limit, until: window.nextRoomAt(kind, now) };
  }

  /** Books an attempt that is claimed in this turn, with the tokens that it may take. */
  reserve(turn: Turn, row: ProviderRow, lane: Lane, jobId: JobId, attempt: number, tokens: number): void {
    const key = keyOf(jobId, attempt);
    const window = this.#window(row.id);
    window.reserve(key, lane, tokens, turn.at);
    this.#bookedAt.set(key, row.id);
    turn.undo(() => {
      window.remove(key);
      this.#bookedAt.delete(key);
    });
  }

  /** The attempt has ended; undefined: nobody knows what it took, and its reservation stands. */
  settle(turn: Turn, jobId: JobId, attempt: number, tokens: number | undefined): void {
    const key = keyOf(jobId, attempt);
    const provider = this.#bookedAt.get(key);
    if (provider === undefined) return;
    const window = this.#window(provider);
    const before = window.settle(key, tokens, turn.at);
    this.#bookedAt.delete(key);
    turn.undo(() => {
      this.#bookedAt.set(key, provider);
      if (before !== undefined) window.restore(key, before);
    });
  }

  /**
   * What the provider says of its limits. A fact, whatever becomes of the turn that brings it. `retryAfterMs`: when it wants
   * to be asked again; by then its figures are out of date, however long it says that a full reset takes.
   */
  observe(row: ProviderRow, limits: ProviderLimits, retryAfterMs = rateWindowMs): void {
    const window = this.#window(row.id);
    const now = this.#clock.now();
    for (const kind of ['requests', 'tokens'] as const) {
      const report = limits[kind];
      if (report === undefined) continue;
      const resetMs = Math.min(report.resetMs ?? rateWindowMs, retryAfterMs);
      window.observe(kind, { ...report, resetMs }, settingsOf(row), now);
    }
  }

  #limit(row: ProviderRow, kind: RateKind): number | null {
    return (this.#windows.get(row.id) ?? empty).limit(settingsOf(row), kind);
  }

  #window(id: ProviderId): RateWindow {
    let window = this.#windows.get(id);
    if (window === undefined) {
      window = new RateWindow();
      this.#windows.set(id, window);
    }
    return window;
  }
}

/** Of a provider at which nothing was booked yet. */
const empty = new RateWindow();

function settingsOf({ requestsPerMinute, tokensPerMinute }: ProviderRow): RateLimit {
  return { requests: requestsPerMinute, tokens: tokensPerMinute };
}

function keyOf(jobId: JobId, attempt: number): string {
  return `${jobId}:${attempt}`;
}
