/** How many jobs stand before a waiting one, in its lane at its provider. */
import type { JobRow } from '../../db/llm-jobs.model.ts';
import type { Store } from '../../db/store.ts';
import type { AgentLimits } from './agent-limits.ts';
import type { LlmJobQueue } from './llm-job-queue.service.ts';

/** Places further back than this are not counted. */
const maxPlace = 999;

export class PlacesInLine {
  readonly #store: Store;
  readonly #queue: LlmJobQueue;
  readonly #limits: AgentLimits;

  constructor(store: Store, queue: LlmJobQueue, limits: AgentLimits) {
    this.#store = store;
    this.#queue = queue;
    this.#limits = limits;
  }

  /**
   * Counted up to a thousand; null: more than that. Jobs of agents whose limit is reached are not counted: they stand aside.
   * The last of all (one that was just enqueued) has all others ahead of it: no need to walk past them.
   */
  ahead(row: JobRow): number | null {
    const { jobs } = this.#store;
    const { lines, ends, ledger } = this.#queue;
    const { lane, provider } = row;
    const agents = [null, ...lines.at(lane, provider).keys()];
    const moving = agents.filter((id) => id === null || id === row.agentId || this.#limits.reached(id) === undefined);
    const isLast =
      moving.length === agents.length && ends.isLast(row, () => agents.some((id) => jobs.hasBehind(row, id)));
    const ahead = isLast
      ? Math.max(0, ledger.count({ lane, state: 'waiting', provider }) - 1)
      : moving.reduce((sum, id) => (sum > maxPlace ? sum : sum + jobs.ahead(row, id, maxPlace + 1)), 0);
    return ahead > maxPlace ? null : ahead;
  }
}
