/** Where everything of a machine's drawing is, in pixels: each level laid out by dagre, the inner ones first. */
import { Graph, layout } from '@dagrejs/dagre';
import type { MachineGraph } from '../../protocol/inspection.ts';
import { anyOf, levelsOf, startOf, type ArrowLine, type Level } from './levels.ts';

export interface Box {
  /** `state`: a state; `any` and `start`: the points of a level. */
  readonly kind: 'state' | 'any' | 'start';
  readonly path: string;
  readonly key: string;
  readonly final: boolean;
  readonly compound: boolean;
  /** Written below its name: transitions that lead back to it. */
  readonly loops: readonly ArrowLine[];
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Line {
  readonly id: string;
  readonly path: string;
  /** The middle of the label. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly lines: readonly ArrowLine[];
}

export interface Drawing {
  readonly width: number;
  readonly height: number;
  /** The outer before the inner. */
  readonly boxes: readonly Box[];
  readonly lines: readonly Line[];
}

export const lineHeight = 15;
/** Of the label font, 11 px and monospaced: its width is known without measuring. */
const charWidth = 6.65;
const keyCharWidth = 7.9;
const longestRow = 24;
const padding = 14;
const titleHeight = 30;
/** From the top of a box to the base line of the first row below its name. */
export const firstRow = 40;

export function drawingOf(graph: MachineGraph): Drawing {
  return levelDrawing('', levelsOf(graph));
}

function levelDrawing(of: string, levels: ReadonlyMap<string, Level>): Drawing {
  const level = levels.get(of);
  if (level === undefined) return { width: 0, height: 0, boxes: [], lines: [] };
  const inside = new Map(level.states.map(({ path }) => [path, levelDrawing(path, levels)]));
  const graph = new Graph();
  graph.setGraph({ rankdir: 'TB', nodesep: 26, ranksep: 24, edgesep: 12, marginx: padding, marginy: padding });
  for (const state of level.states) {
    const inner = inside.get(state.path);
    const loops = level.loops.get(state.path) ?? [];
    const own = Math.max(84, state.key.length * keyCharWidth + 30, widthOf(loops) + 2 * charWidth + 18);
    const loopsHeight = loops.length === 0 ? 0 : loops.flatMap(rowsOf).length * lineHeight + 4;
    graph.setNode(
      state.path,
      inner === undefined || inner.boxes.length === 0
        ? { width: own, height: 36 + loopsHeight }
        : { width: Math.max(own, inner.width), height: inner.height + titleHeight + loopsHeight },
    );
  }
  for (const { from, to, lines } of level.arrows) {
    if (from === startOf(of)) graph.setNode(from, { width: 10, height: 10 });
    if (from === anyOf(of)) graph.setNode(from, { width: 22, height: 22 });
    graph.setEdge(from, to, {
      width: widthOf(lines) + 10,
      height: lines.flatMap(rowsOf).length * lineHeight,
      labelpos: 'c',
      minlen: lines.length === 0 ? 1 : 2,
    });
  }
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return placed(level, graph, inside, { width, height });
}

function placed(
  level: Level,
  graph: Graph,
  inside: ReadonlyMap<string, Drawing>,
  size: { width: number; height: number },
): Drawing {
  const boxes: Box[] = [];
  const lines: Line[] = [];
  for (const id of graph.nodes()) {
    const { x = 0, y = 0, width, height } = graph.node(id);
    const state = level.states.find(({ path }) => path === id);
    const inner = inside.get(id);
    const [left, top] = [x - width / 2, y - height / 2];
    const compound = inner !== undefined && inner.boxes.length > 0;
    boxes.push({
      kind: state !== undefined ? 'state' : id === anyOf(level.of) ? 'any' : 'start',
      path: id,
      key: state?.key ?? '',
      final: state?.type === 'final',
      compound,
      loops: level.loops.get(id) ?? [],
      x: left,
      y: top,
      width,
      height,
    });
    if (!compound) continue;
    // A title wider than what is inside: that stands in the middle.
    const by = { x: left + (width - inner.width) / 2, y: top + height - inner.height };
    boxes.push(...inner.boxes.map((box) => ({ ...box, x: box.x + by.x, y: box.y + by.y })));
    lines.push(...inner.lines.map((line) => moved(line, by)));
  }
  for (const { from, to, lines: text } of level.arrows) {
    const { points = [], x = 0, y = 0, width = 0, height = 0 } = graph.edge(from, to);
    lines.push({ id: `${from} ${to}`, path: curve(points), x, y, width, height, lines: text });
  }
  return { ...size, boxes, lines };
}

/** As it is written: a long condition has a row of its own. */
export function rowsOf({ label, guard }: ArrowLine): string[] {
  if (guard === null) return [label];
  const condition = `[${guard}]`;
  return label.length + condition.length > longestRow ? [label, condition] : [`${label} ${condition}`];
}

function widthOf(lines: readonly ArrowLine[]): number {
  return Math.max(0, ...lines.flatMap(rowsOf).map((row) => row.length)) * charWidth;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Through the middles between the points, bent at the points. */
function curve(points: readonly Point[]): string {
  const [first, ...rest] = points;
  const last = rest.at(-1);
  if (first === undefined || last === undefined) return '';
  const bends = rest.slice(0, -1).map((point, index) => {
    const next = rest[index + 1] ?? last;
    const end = index === rest.length - 2 ? last : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
    return `Q${at(point)} ${at(end)}`;
  });
  return `M${at(first)} ${bends.length === 0 ? `L${at(last)}` : bends.join(' ')}`;
}

function at({ x, y }: Point): string {
  return `${Math.round(x * 10) / 10},${Math.round(y * 10) / 10}`;
}

function moved(line: Line, by: Point): Line {
  const path = line.path.replaceAll(/(-?[\d.]+),(-?[\d.]+)/g, (_, x: string, y: string) =>
    at({ x: Number(x) + by.x, y: Number(y) + by.y }),
  );
  return { ...line, path, x: line.x + by.x, y: line.y + by.y };
}
