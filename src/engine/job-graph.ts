/** The jobs around a job: what it waits for, what waits for it, and so on outwards, as many as can be looked at. */
import type { Store } from '../../db/store.ts';
import type { JobRow } from '../../db/llm-jobs.model.ts';
import type { JobId } from '../protocol/ids.ts';
import type { GraphEdge, JobGraph } from '../protocol/job-details.ts';

/**
 * The nearest first, at most `limit` jobs. Costs two short reads for each job that is shown, however many there are; what is
 * left out is counted where it would be.
 */
export function jobGraph(store: Pick<Store, 'jobs' | 'dependencies'>, root: JobRow, limit: number): JobGraph {
  const { jobs, dependencies } = store;
  const rows = new Map<JobId, JobRow>([[root.id, root]]);
  const edges = new Map<string, GraphEdge>();
  // A map's entries are visited in the order of their coming, new ones too: nearest first.
  for (const { id } of rows.values()) {
    for (const edge of [...dependencies.above(id, limit), ...dependencies.below(id, limit)]) {
      const other = edge.from === id ? edge.to : edge.from;
      if (!rows.has(other)) {
        const row = rows.size < limit ? jobs.get(other) : undefined;
        if (row === undefined) continue;
        rows.set(other, row);
      }
      edges.set(`${edge.from} ${edge.to}`, edge);
    }
  }
  const shown = [...edges.values()];
  return {
    nodes: [...rows.values()].map(({ id, name, state, lane, provider }) => ({
      id,
      name,
      state,
      lane,
      provider,
      moreAbove: dependencies.countAbove(id) - shown.filter(({ to }) => to === id).length,
      moreBelow: dependencies.countBelow(id) - shown.filter(({ from }) => from === id).length,
    })),
    edges: shown,
  };
}
