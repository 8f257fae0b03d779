/** Where each box of a graph (of jobs, of tasks) stands: in layers, what is waited for above what waits. Pure. */
import { Graph, layout } from '@dagrejs/dagre';

export const nodeWidth = 188;
export const nodeHeight = 58;

interface Place {
  readonly x: number;
  readonly y: number;
}

interface GraphToPlace<Id extends string> {
  readonly nodes: readonly { readonly id: Id }[];
  readonly edges: readonly { readonly from: Id; readonly to: Id }[];
}

export interface GraphPlaces<Id extends string> {
  /** Upper left corners. */
  readonly nodes: ReadonlyMap<Id, Place>;
  /** The way of each edge around the boxes in between, in the order of the graph's edges. */
  readonly edges: readonly (readonly Place[])[];
}

/** Two hundred boxes take some 30 ms. */
export function placesOf<Id extends string>(
  { nodes, edges }: GraphToPlace<Id>,
  { width, height } = { width: nodeWidth, height: nodeHeight },
): GraphPlaces<Id> {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'TB', nodesep: 20, ranksep: 46 });
  for (const { id } of nodes) graph.setNode(id, { width, height });
  for (const { from, to } of edges) graph.setEdge(from, to, {});
  layout(graph);
  return {
    nodes: new Map(
      nodes.map(({ id }) => {
        const { x = 0, y = 0 } = graph.node(id) as Partial<Place>;
        return [id, { x: x - width / 2, y: y - height / 2 }];
      }),
    ),
    edges: edges.map(({ from, to }) => (graph.edge(from, to) as { points?: Place[] }).points ?? []),
  };
}

/** An SVG path through the points, its corners rounded. */
export function pathThrough(points: readonly Place[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return '';
  const bends = rest.slice(0, -1).map((point, index) => {
    const next = rest[index + 1] ?? point;
    return `Q${point.x} ${point.y} ${(point.x + next.x) / 2} ${(point.y + next.y) / 2}`;
  });
  const last = rest.at(-1) ?? first;
  return [`M${first.x} ${first.y}`, ...bends, `L${last.x} ${last.y}`].join(' ');
}
