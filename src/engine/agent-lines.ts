/**
 * How many jobs of each agent wait in each line, kept by the turns: the claim looks for jobs only where some wait, and can
 * pass over an agent whose limit is reached without reading its jobs. In memory; a start counts them anew.
 */
import type { JobRow } from '../../db/llm-jobs.model.ts';
import type { Store } from '../../db/store.ts';
import type { AgentId, ProviderId } from '../protocol/ids.ts';
import type { Lane } from '../protocol/job.ts';
import type { Turn } from './turn.ts';

type Place = Pick<JobRow, 'state' | 'quarantined' | 'lane' | 'provider' | 'agentId'>;

const none: ReadonlyMap<AgentId, number> = new Map();

export class AgentLines {
  /** By lane and provider; an agent whose jobs have all left is not in there. */
  readonly #lines = new Map<string, Map<AgentId, number>>();

  load(store: Store): void {
    this.#lines.clear();
    // Only where jobs wait at all: those of no agent may be a million, and none of them is read.
    for (const { state, lane, provider, count } of store.log.counts()) {
      if (state !== 'waiting' || count === 0) continue;
      for (const line of store.jobs.waitingOfAgents(lane, provider)) {
        this.#add(line.lane, line.provider, line.agentId, line.count);
      }
    }
  }

  /** Agents with jobs that wait in this line, and how many. Changes of the open turn are in there. */
  at(lane: Lane, provider: ProviderId): ReadonlyMap<AgentId, number> {
    return this.#lines.get(keyOf(lane, provider)) ?? none;
  }

  /** A job came (`before` undefined) or changed. */
  moved(turn: Turn, before: Place | undefined, after: Place): void {
    const left = before !== undefined && isInLine(before) ? before : undefined;
    const entered = isInLine(after) ? after : undefined;
    if (left === undefined && entered === undefined) return;
    if (left?.lane === entered?.lane && left?.provider === entered?.provider) return;
    this.#apply(left, -1);
    this.#apply(entered, 1);
    turn.undo(() => {
      this.#apply(entered, -1);
      this.#apply(left, 1);
    });
  }

  #apply(place: Place | undefined, change: number): void {
    if (place === undefined || place.agentId === null) return;
    this.#add(place.lane, place.provider, place.agentId, change);
  }

  #add(lane: Lane, provider: ProviderId, agentId: AgentId, change: number): void {
    const key = keyOf(lane, provider);
    let line = this.#lines.get(key);
    if (line === undefined) this.#lines.set(key, (line = new Map<AgentId, number>()));
    const count = (line.get(agentId) ?? 0) + change;
    if (count > 0) line.set(agentId, count);
    else line.delete(agentId);
  }
}

/** Quarantined jobs have a line of their own. */
function isInLine({ state, quarantined, agentId }: Place): boolean {
  return state === 'waiting' && !quarantined && agentId !== null;
}

function keyOf(lane: Lane, provider: ProviderId): string {
  return `${lane}/${provider}`;
}
