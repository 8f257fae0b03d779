/** When waiting jobs will probably start: the policy `expected-start.ts` with what the engine knows of slots, lines and run times. */
import type { JobRow } from '../../db/llm-jobs.model.ts';
import { expectedWaitMs, roundedStart } from '../../machines/policy/expected-start.ts';
import { laneCaps, mayStill } from '../../machines/policy/lane-shares.ts';
import { lanes, type Lane } from '../protocol/job.ts';
import { heldUp } from './held-up.ts';
import type { Clock } from './ports.ts';
import type { ProviderActors } from './provider-actors.ts';
import type { QueueLedger } from './queue-ledger.ts';
import type { RunTimes } from './run-times.ts';
import type { Slots } from './slots.ts';

export interface ExpectedStartsOptions {
  slots: Slots;
  providers: ProviderActors;
  ledger: QueueLedger;
  runTimes: RunTimes;
  clock: Pick<Clock, 'now'>;
}

export class ExpectedStarts {
  readonly #options: ExpectedStartsOptions;

  constructor(options: ExpectedStartsOptions) {
    this.#options = options;
  }

  /** Epoch ms, rounded, not before now; null when it cannot be known. `ahead`: the jobs before it in its lane at its provider. */
  of(row: JobRow, ahead: number): number | null {
    const { slots, providers, runTimes, clock } = this.#options;
    const { lane, provider } = row;
    const settings = providers.row(provider);
    const runMs = runTimes.mean(lane, provider);
    if (row.state !== 'waiting' || row.quarantined || settings === undefined || runMs === undefined) return null;
    const held = heldUp(providers, provider, lane);
    if (held !== null && held.until === null) return null;
    const limits = [
      { of: slots.total, used: slots.byLane },
      ...(settings.concurrency === null ? [] : [{ of: settings.concurrency, used: slots.ofProvider(provider) }]),
    ];
    const waitMs = expectedWaitMs({
      slots: Math.min(...limits.map((limit) => shareOf(lane, limit.of))),
      freeSlots: Math.min(...limits.map((limit) => mayStill(lane, limit.used, limit.of))),
      ahead: this.#ahead(row, ahead, runMs),
      runMs,
      startsPerMinute: settings.requestsPerMinute === null ? undefined : shareOf(lane, settings.requestsPerMinute),
    });
    if (waitMs === undefined) return null;
    const now = clock.now();
    return roundedStart(now, waitMs + Math.max(0, (held?.until ?? now) - now));
  }

  /** Its own line, as much of its lane's other lines (ranks interleave them), and all of the more urgent lanes. */
  #ahead({ lane, provider }: JobRow, ahead: number, runMs: number): { jobs: number; runMs: number }[] {
    const { providers, ledger, runTimes } = this.#options;
    const parts = [{ jobs: ahead, runMs }];
    for (const other of lanes.slice(0, lanes.indexOf(lane) + 1)) {
      for (const id of providers.open(other)) {
        if (other === lane && id === provider) continue;
        const waiting = ledger.count({ lane: other, state: 'waiting', provider: id });
        const jobs = other === lane ? Math.min(waiting, ahead) : waiting;
        if (jobs > 0) parts.push({ jobs, runMs: runTimes.mean(other, id) ?? runMs });
      }
    }
    return parts;
  }
}

function shareOf(lane: Lane, limit: number): number {
  const caps = laneCaps(limit);
  if (lane === 'high') return caps.total;
  return lane === 'medium' ? caps.background : Math.min(caps.low, caps.background);
}
