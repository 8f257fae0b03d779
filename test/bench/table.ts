/** The table for people, and the same figures for programs. */
import { format, type Figure } from './figure.ts';

const headings = ['figure', 'value', 'unit', 'goal', 'met', 'raw limit', 'of raw', 'runs', 'smallest - largest'];
/** Columns of numbers stand to the right. */
const right = new Set([1, 5, 6, 7]);

function cells(figure: Figure): string[] {
  const { name, value, unit, goal, limit, spread } = figure;
  return [
    name,
    format(value),
    unit,
    goal?.text ?? '',
    goal === undefined ? '' : goal.met ? 'yes' : 'NO',
    limit === undefined ? '' : format(limit.value),
    limit === undefined ? '' : `${Math.round((value / limit.value) * 100)} %`,
    spread === undefined ? '' : String(spread.runs),
    spread === undefined ? '' : `${format(spread.min)} - ${format(spread.max)}`,
  ];
}

/** Markdown, aligned so that it reads well in a terminal too. */
export function table(figures: readonly Figure[]): string {
  const rows = [headings, ...figures.map(cells)];
  const widths = headings.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, i) => (right.has(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0))).join(' | ')} |`;
  const rule = `|${widths.map((width, i) => (right.has(i) ? `${'-'.repeat(width + 1)}:` : '-'.repeat(width + 2))).join('|')}|`;
  const [head = [], ...body] = rows;
  return [line(head), rule, ...body.map(line)].join('\n');
}

export interface FigureRecord {
  name: string;
  value: number;
  unit: string;
  /** Null: no goal was set. */
  goal: string | null;
  met: boolean | null;
}

export function records(figures: readonly Figure[]): { figures: FigureRecord[] } {
  return {
    figures: figures.map(({ name, value, unit, goal }) => ({
      name,
      value: Number(value.toPrecision(6)),
      unit,
      goal: goal?.text ?? null,
      met: goal?.met ?? null,
    })),
  };
}
