/**
 * Who goes next (DESIGN.md): gives waiting jobs to free slots, at the end of a turn and inside it. One index seek for each
 * provider that may run and each lane that is offered; nothing is scanned.
 */
import type { JobRow } from '../../db/llm-jobs.model.ts';
import { UnreadableRow } from '../../db/jobs/job.repository.ts';
import type { Store } from '../../db/store.ts';
import { offerOrder, impatientClaimEvery } from '../../machines/policy/patience.ts';
import { mayTake } from '../../machines/policy/lane-shares.ts';
import { splitModel, type JobId, type ProviderId } from '../protocol/ids.ts';
import { lanes, type Lane } from '../protocol/job.ts';
import type { ProviderConnection } from '../protocol/provider.ts';
import type { LlmRequest } from '../protocol/request.ts';
import type { AgentLimits, AgentUse } from './agent-limits.ts';
import { costMicros } from './cost.ts';
import { FirstInLine, isBefore } from './first-in-line.ts';
import type { LlmJobQueue } from './llm-job-queue.service.ts';
import type { ProviderActors } from './provider-actors.ts';
import { mostTokens, mostUsage, type RequestBuilder } from './request-builder.ts';
import { askedNote } from './request-trace.ts';
import type { Slots } from './slots.ts';
import type { Turn } from './turn.ts';
import { isStorageFault } from '../../db/storage-fault.ts';

/** Claims in one turn; the rest follows in the next, so that a turn stays short. */
const maxClaims = 128;
/** More than jobs are first in line anywhere. */
const maxEstimates = 1_000;

export interface DispatchOptions {
  store: Store;
  queue: LlmJobQueue;
  slots: Slots;
  providers: ProviderActors;
  limits: AgentLimits;
  requests: RequestBuilder;
}

export interface Offer {
  /** Jobs given to workers. */
  readonly claimed: number;
  /** It stopped at `maxClaims`; there may be more to give. */
  readonly more: boolean;
}

/** A claim threw; the job is suspected and handled alone from now on. */
class ClaimFailed extends Error {
  readonly jobId: JobId;

  constructor(jobId: JobId, cause: unknown) {
    super(`job ${jobId} cannot be claimed`, { cause });
    this.name = 'ClaimFailed';
    this.jobId = jobId;
  }
}

export class Dispatch {
  /** Who is first at each provider. */
  readonly first: FirstInLine;
  readonly #options: DispatchOptions;
  /** Jobs whose claim made a turn fail: they end as `bug` instead of being claimed again. */
  readonly #suspects = new Map<JobId, unknown>();
  /** Jobs that could not even be ended: passed over until the next start, so that they stop nobody but themselves. */
  readonly #passedOver = new Set<JobId>();
  /** What the first in line may take, at providers that count tokens: until it starts it is looked at again and again. */
  readonly #mostTokens = new Map<JobId, number>();

  constructor(options: DispatchOptions) {
    this.#options = options;
    this.first = new FirstInLine({ ...options, maxClaims, passedOver: this.#passedOver });
  }

  /** `claimNumber` is the number of the coming claim over the engine's life; every eighth may go to an impatient lane. */
  offer(turn: Turn, claimNumber: number): Offer {
    this.#endSuspects(turn);
    try {
      return this.#offer(turn, claimNumber);
    } catch (error) {
      if (error instanceof UnreadableRow) throw new ClaimFailed(error.id, error);
      throw error;
    }
  }

  #endSuspects(turn: Turn): void {
    for (const [id, cause] of this.#suspects) {
      try {
        this.#options.queue.endAsBug(turn, id, cause);
      } catch (error) {
        if (isStorageFault(error)) throw error;
        throw new ClaimFailed(id, error);
      }
      turn.after(() => this.#suspects.delete(id));
    }
  }

  #offer(turn: Turn, claimNumber: number): Offer {
    const { slots } = this.#options;
    this.first.forget();
    let claimed = 0;
    for (let worker = slots.freest(true); worker !== undefined; worker = slots.freest(true)) {
      const job = this.#nextQuarantined();
      if (job === undefined) break;
      this.#give(turn, job, worker);
      claimed += 1;
    }
    while (claimed < maxClaims) {
      const worker = slots.freest(false);
      const job = worker === undefined ? undefined : this.#next(turn, claimNumber + claimed);
      if (worker === undefined || job === undefined) return { claimed, more: false };
      this.#give(turn, job, worker);
      claimed += 1;
    }
    return { claimed, more: true };
  }

  /** Jobs that wait for a worker of their own and that their provider would take, counted up to `limit`. */
  suspectsWaiting(limit: number): number {
    const { store, limits } = this.#options;
    const held = limits.held();
    let count = 0;
    for (const lane of lanes) {
      for (const provider of this.#openToSuspects(lane)) {
        if (count < limit) count += store.jobs.quarantinedWaiting(lane, provider, held, limit - count);
      }
    }
    return count;
  }

  /** Whether a turn failed because of a claim: then its inputs are not to blame. */
  excuses(error: unknown): boolean {
    if (!(error instanceof ClaimFailed)) return false;
    if (this.#suspects.delete(error.jobId)) this.#passedOver.add(error.jobId);
    else this.#suspects.set(error.jobId, error.cause);
    return true;
  }

  /** An attempt that ran when the host died: its request was sent, and counts at its provider. */
  rebook(turn: Turn, row: JobRow): void {
    const { providers } = this.#options;
    const provider = providers.row(row.provider);
    if (provider === undefined || !providers.rates.isLimited(provider)) return;
    const { id, lane, attemptsStarted } = row;
    let tokens: number;
    try {
      tokens = this.#tokensOf(row);
    } catch (error) {
      // What the job refers to is gone meanwhile: its next claim ends it, with that reason.
      if (error instanceof ClaimFailed) return;
      throw error;
    }
    providers.rates.reserve(turn, provider, lane, id, attemptsStarted, tokens);
    providers.rates.settle(turn, id, attemptsStarted, undefined);
  }

  #next(turn: Turn, claimNumber: number): JobRow | undefined {
    const short = new Set<ProviderId>();
    for (const lane of this.#order(turn, claimNumber)) {
      const { slots } = this.#options;
      if (!mayTake(lane, slots.byLane, slots.total)) continue;
      const job = this.#first(lane, short);
      if (job !== undefined) return job;
    }
    return undefined;
  }

  /** Whether the tokens that are left in this minute are enough for it. */
  #hasTokens(job: JobRow): boolean {
    const { providers } = this.#options;
    const provider = providers.row(job.provider);
    if (provider === undefined || !providers.rates.limitsTokens(provider)) return true;
    return providers.rates.fits(provider, job.lane, this.#tokensOf(job));
  }

  #tokensOf(job: JobRow): number {
    const known = this.#mostTokens.get(job.id);
    if (known !== undefined) return known;
    try {
      const tokens = mostTokens(this.#options.requests.build(job).request);
      if (this.#mostTokens.size >= maxEstimates) this.#mostTokens.clear();
      this.#mostTokens.set(job.id, tokens);
      return tokens;
    } catch (error) {
      if (isStorageFault(error)) throw error;
      throw new ClaimFailed(job.id, error);
    }
  }

  #order(turn: Turn, claimNumber: number): readonly Lane[] {
    // The waiting times matter only to the claims that impatience may redirect.
    if (claimNumber % impatientClaimEvery !== 0) return lanes;
    const waited = (lane: Lane): number | undefined => {
      const since = this.#first(lane)?.waitingSince;
      return since === null || since === undefined ? undefined : turn.at - since;
    };
    const waitedMs = { high: waited('high'), medium: waited('medium'), low: waited('low') };
    return offerOrder({ claimNumber, waitedMs });
  }

  /**
   * The lowest rank of the lane among the providers that may take one. A provider at which the first in line has to wait for
   * tokens becomes one of the `short`: what is less urgent must not take them away from it bit by bit.
   */
  #first(lane: Lane, short?: Set<ProviderId>): JobRow | undefined {
    const { queue, providers } = this.#options;
    let best: JobRow | undefined;
    for (const provider of providers.open(lane)) {
      if (short?.has(provider) === true || queue.ledger.count({ lane, state: 'waiting', provider }) <= 0) continue;
      const job = this.first.at(lane, provider);
      if (job === undefined) continue;
      if (short !== undefined && !this.#hasTokens(job)) {
        short.add(provider);
        continue;
      }
      if (best === undefined || isBefore(job, best)) best = job;
    }
    return best;
  }

  #nextQuarantined(): JobRow | undefined {
    const { store, limits } = this.#options;
    const held = limits.held();
    for (const lane of lanes) {
      let best: JobRow | undefined;
      for (const provider of this.#openToSuspects(lane)) {
        const jobs = store.jobs.nextQuarantined(lane, provider, held, this.#passedOver.size + 1);
        const job = jobs.find(({ id }) => !this.#passedOver.has(id));
        if (job === undefined || !this.#hasTokens(job)) continue;
        if (best === undefined || isBefore(job, best)) best = job;
      }
      if (best !== undefined) return best;
    }
    return undefined;
  }

  /** A provider that is tried with one job is tried with a good one, if there is any: the others wait for what becomes of it. */
  #openToSuspects(lane: Lane): ProviderId[] {
    const { providers } = this.#options;
    const othersWait = (provider: ProviderId): boolean => lanes.some((other) => this.first.isAnyone(other, provider));
    return providers
      .open(lane)
      .filter((provider) => providers.row(provider)?.state !== 'probing' || !othersWait(provider));
  }

  /** Claims the job, builds its request and puts it into the outbox for the worker. */
  #give(turn: Turn, job: JobRow, workerId: string): void {
    const { queue, providers, limits, requests } = this.#options;
    this.first.taken(job);
    try {
      const built = requests.build(job);
      const { request, omittedMessages } = built;
      const asked = job.data.kind === 'chat' ? askedNote(built) : {};
      const row = queue.claim(turn, { ...job, omittedMessages }, workerId, asked);
      const settings = providers.require(job.provider);
      if (providers.rates.isLimited(settings)) {
        providers.rates.reserve(turn, settings, job.lane, job.id, row.attemptsStarted, mostTokens(request));
        this.#mostTokens.delete(job.id);
      }
      if (job.agentId !== null) {
        limits.book(turn, job.agentId, job.id, row.attemptsStarted, this.#estimate(job, request));
      }
      const provider = connectionFor(job, providers.connection(job.provider));
      turn.tell(workerId, { type: 'run', jobId: job.id, attempt: row.attemptsStarted, provider, request });
    } catch (error) {
      if (isStorageFault(error)) throw error;
      throw new ClaimFailed(job.id, error);
    }
  }

  /** What an attempt may take at the most, for its agent's limits. */
  #estimate(job: JobRow, request: LlmRequest): AgentUse {
    const usage = mostUsage(request);
    const { model } = splitModel(job.fallbackModel ?? job.data.model);
    const priced = this.#options.providers.model(job.provider, model);
    return { tokens: usage.inputTokens + usage.outputTokens, costMicros: costMicros(usage, priced) ?? 0 };
  }
}

/** The job's own limit on the wait for the first content goes before the provider's. */
function connectionFor({ timeouts }: JobRow, connection: ProviderConnection): ProviderConnection {
  const { firstContentMs } = timeouts;
  if (firstContentMs === undefined) return connection;
  return { ...connection, timeouts: { ...connection.timeouts, firstContentMs } };
}
