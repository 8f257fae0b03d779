/**
 * What is used of dagre. Its own declarations import their files without extensions, which resolves to nothing under
 * `moduleResolution: nodenext`.
 */
declare module '@dagrejs/dagre' {
  /** In pixels; `layout` writes the sizes of the whole. */
  export interface GraphLabel {
    rankdir?: 'TB' | 'LR';
    nodesep?: number;
    ranksep?: number;
    edgesep?: number;
    marginx?: number;
    marginy?: number;
    width?: number;
    height?: number;
  }
  /** `x` and `y`, the middle, are written by `layout`. */
  export interface NodeLabel {
    width: number;
    height: number;
    x?: number;
    y?: number;
  }
  /** The size is the label's; its middle and the points of the line are written by `layout`. */
  export interface EdgeLabel {
    width?: number;
    height?: number;
    labelpos?: 'l' | 'c' | 'r';
    minlen?: number;
    weight?: number;
    x?: number;
    y?: number;
    points?: { x: number; y: number }[];
  }
  export class Graph {
    setGraph(label: GraphLabel): this;
    graph(): GraphLabel;
    setNode(id: string, label: NodeLabel): this;
    setEdge(from: string, to: string, label: EdgeLabel): this;
    nodes(): string[];
    node(id: string): NodeLabel;
    edge(from: string, to: string): EdgeLabel;
  }
  export function layout(graph: Graph): void;
}
