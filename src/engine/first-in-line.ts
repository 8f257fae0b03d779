/**
 * Who is first at a provider, within one turn. Each agent's jobs wait in a line of their own, and so do those of no agent: an
 * agent whose limit is reached is passed over with one look, however many of its jobs stand in front of the others'.
 */
import type { JobRow } from '../../db/llm-jobs.model.ts';
import type { Store } from '../../db/store.ts';
import type { AgentId, JobId, ProviderId } from '../protocol/ids.ts';
import type { Lane } from '../protocol/job.ts';
import type { AgentLimits } from './agent-limits.ts';
import type { LlmJobQueue } from './llm-job-queue.service.ts';
import type { Slots } from './slots.ts';

export interface FirstInLineOptions {
  store: Store;
  queue: LlmJobQueue;
  slots: Slots;
  limits: AgentLimits;
  /** No more than these can be claimed in one turn. */
  maxClaims: number;
  /** Never first. */
  passedOver: ReadonlySet<JobId>;
}

interface Line {
  readonly jobs: readonly JobRow[];
  next: number;
  /** There may be more behind them. */
  readonly more: boolean;
}

/** The lines of a provider at which no agent's jobs wait. */
const nobodys: readonly null[] = [null];

export class FirstInLine {
  readonly #options: FirstInLineOptions;
  /** By lane, provider and agent, as this turn has read them. */
  #lines = new Map<string, Line>();

  constructor(options: FirstInLineOptions) {
    this.#options = options;
  }

  /** A turn begins: what an earlier one has read is out of date. */
  forget(): void {
    this.#lines = new Map();
  }

  /** The lowest `(rank, id)` of this lane at this provider, among the agents that may have jobs started. */
  at(lane: Lane, provider: ProviderId): JobRow | undefined {
    const agents = this.#agentsAt(lane, provider);
    let best: JobRow | undefined;
    for (const agent of agents) {
      const job = this.#frontOf(lane, provider, agent, agents.length);
      if (job !== undefined && (best === undefined || isBefore(job, best))) best = job;
    }
    return best;
  }

  /** The job is claimed: the one behind it is first now. */
  taken(job: JobRow): void {
    const line = this.#lines.get(lineKey(job));
    if (line?.jobs[line.next] === job) line.next += 1;
  }

  /** Whether any job stands in this line that may be started. */
  isAnyone(lane: Lane, provider: ProviderId): boolean {
    const { store } = this.#options;
    return this.#agentsAt(lane, provider).some((agent) => store.jobs.nextWaiting(lane, provider, agent, 1).length > 0);
  }

  /** How many jobs wait there, without those of agents whose limit is reached. */
  runnable(lane: Lane, provider: ProviderId): number {
    const { queue, limits } = this.#options;
    let count = queue.ledger.count({ lane, state: 'waiting', provider });
    for (const [agentId, waiting] of queue.lines.at(lane, provider)) {
      if (limits.reached(agentId) !== undefined) count -= waiting;
    }
    return Math.max(0, count);
  }

  /** Whose jobs wait there and may start; null: jobs of no agent. */
  #agentsAt(lane: Lane, provider: ProviderId): readonly (AgentId | null)[] {
    const { queue, limits } = this.#options;
    const waiting = queue.lines.at(lane, provider);
    if (waiting.size === 0) return nobodys;
    let others = queue.ledger.count({ lane, state: 'waiting', provider });
    const agents: (AgentId | null)[] = [];
    for (const [agentId, count] of waiting) {
      others -= count;
      if (limits.reached(agentId) === undefined) agents.push(agentId);
    }
    return others > 0 ? [null, ...agents] : agents;
  }

  /** `lines`: among how many the slots are shared, so that not much more is read than can start. */
  #frontOf(lane: Lane, provider: ProviderId, agentId: AgentId | null, lines: number): JobRow | undefined {
    const { store, slots, maxClaims, passedOver } = this.#options;
    const key = lineKey({ lane, provider, agentId });
    let line = this.#lines.get(key);
    const used = line !== undefined && line.next >= line.jobs.length;
    if (line === undefined || (used && line.more)) {
      const share = Math.ceil(slots.freeTotal / lines);
      const limit = Math.min(maxClaims, Math.max(1, share)) + passedOver.size;
      const jobs = store.jobs.nextWaiting(lane, provider, agentId, limit);
      line = { jobs: jobs.filter(({ id }) => !passedOver.has(id)), next: 0, more: jobs.length === limit };
      this.#lines.set(key, line);
    }
    return line.jobs[line.next];
  }
}

/** Who goes before whom in a lane. */
export function isBefore(job: Pick<JobRow, 'rank' | 'id'>, other: Pick<JobRow, 'rank' | 'id'>): boolean {
  return job.rank < other.rank || (job.rank === other.rank && job.id < other.id);
}

function lineKey({ lane, provider, agentId }: Pick<JobRow, 'lane' | 'provider' | 'agentId'>): string {
  return `${lane}/${provider}/${agentId ?? ''}`;
}
