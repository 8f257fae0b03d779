import { Maximize, Minus, Plus } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { MachineGraph } from '../../protocol/inspection.ts';
import { Button } from '../components/ui/button.tsx';
import { cn } from '../components/ui/cn.ts';
import { drawingOf, firstRow, lineHeight, rowsOf, type Box, type Line } from './layout.ts';
import { chainOf, type ArrowLine } from './levels.ts';
import { usePanZoom } from './use-pan-zoom.ts';

interface MachineDrawingProps {
  readonly graph: MachineGraph;
  /** The innermost active states. */
  readonly states: readonly string[];
  /** The transitions that were taken last. */
  readonly edges: readonly string[];
}

/** The machine with its active states lit, and the way that led there. What it shows, the tables beside it say in words. */
export function MachineDrawing({ graph, states, edges }: MachineDrawingProps) {
  const { t } = useTranslation('inspector');
  const drawing = useMemo(() => drawingOf(graph), [graph]);
  const focus = drawing.boxes.find(({ path }) => path === states[0]);
  const { frame, view, zoom, fit } = usePanZoom(drawing, middleOf(focus));
  const active = new Set(states.flatMap(chainOf));
  const taken = new Set(edges);
  return (
    <div className="relative h-full min-h-0">
      <div
        ref={frame}
        role="application"
        tabIndex={0}
        aria-label={t('drawing.label', { machine: graph.id, states: states.join(', ') })}
        aria-roledescription={t('drawing.role')}
        translate="no"
        className="h-full cursor-grab touch-none overflow-hidden -outline-offset-2 active:cursor-grabbing"
      >
        <svg aria-hidden width="100%" height="100%" className="font-mono select-none">
          <Markers />
          <g transform={`translate(${view.x} ${view.y}) scale(${view.scale})`}>
            {drawing.boxes.map((box) => (
              <StateBox
                key={box.path}
                box={box}
                active={active.has(box.path)}
                innermost={states.includes(box.path)}
                taken={taken}
              />
            ))}
            {drawing.lines.map((line) => (
              <ArrowPath key={line.id} line={line} taken={taken} />
            ))}
            {drawing.lines.map((line) => (
              <ArrowLabel key={line.id} line={line} taken={taken} />
            ))}
          </g>
        </svg>
      </div>
      <div className="absolute top-3 right-3 flex gap-1 rounded-xl border bg-raised p-1 shadow-float">
        <Button variant="ghost" size="small-icon" aria-label={t('drawing.zoomOut')} onClick={() => zoom(1 / 1.25)}>
          <Minus size={15} aria-hidden />
        </Button>
        <Button variant="ghost" size="small-icon" aria-label={t('drawing.zoomIn')} onClick={() => zoom(1.25)}>
          <Plus size={15} aria-hidden />
        </Button>
        <Button variant="ghost" size="small-icon" aria-label={t('drawing.fit')} onClick={fit}>
          <Maximize size={14} aria-hidden />
        </Button>
      </div>
    </div>
  );
}

function middleOf(box: Box | undefined): { x: number; y: number } {
  return box === undefined ? { x: 0, y: 0 } : { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

function Markers() {
  return (
    <defs>
      {(['plain', 'lit'] as const).map((kind) => (
        <marker
          key={kind}
          id={`arrow-${kind}`}
          viewBox="0 0 8 8"
          refX="7"
          refY="4"
          markerWidth={kind === 'lit' ? 5 : 7}
          markerHeight={kind === 'lit' ? 5 : 7}
          orient="auto-start-reverse"
        >
          <path d="M0,0.5 L8,4 L0,7.5 z" className={kind === 'lit' ? 'fill-lamp-text' : 'fill-ink-faint'} />
        </marker>
      ))}
    </defs>
  );
}

interface StateBoxProps {
  readonly box: Box;
  readonly active: boolean;
  readonly innermost: boolean;
  readonly taken: ReadonlySet<string>;
}

function StateBox({ box, active, innermost, taken }: StateBoxProps) {
  const { x, y, width, height, kind } = box;
  if (kind === 'start') return <circle cx={x + width / 2} cy={y + height / 2} r={4.5} className="fill-ink-faint" />;
  if (kind === 'any') {
    return (
      <g transform={`translate(${x + width / 2} ${y + height / 2})`}>
        <circle r={10} className="fill-tint stroke-line-strong" strokeDasharray="3 2" />
        <text textAnchor="middle" y={5.5} className="fill-ink-soft text-[0.9375rem]">
          *
        </text>
      </g>
    );
  }
  return (
    <g data-state={box.path} data-active={active}>
      <rect
        x={x}
        y={y}
        width={width}
        height={height}
        rx={10}
        className={cn(
          'transition-[fill,stroke] duration-150',
          innermost ? 'fill-lamp stroke-lamp-text' : box.compound ? 'fill-paper' : 'fill-raised',
          !innermost && (active ? 'stroke-lamp-text' : 'stroke-line-strong'),
        )}
        strokeWidth={active ? 2 : 1.2}
      />
      {box.final && (
        <rect
          x={x + 3}
          y={y + 3}
          width={width - 6}
          height={height - 6}
          rx={7}
          fill="none"
          className={innermost ? 'stroke-on-lamp' : 'stroke-line-strong'}
        />
      )}
      <text
        x={x + width / 2}
        y={box.compound ? y + 20 : y + 22.5}
        textAnchor="middle"
        className={cn('text-[0.8125rem] font-semibold', innermost ? 'fill-on-lamp' : 'fill-ink')}
      >
        {box.key}
      </text>
      <Rows lines={box.loops} x={x + width / 2} y={y + firstRow} taken={taken} sign="↻ " dark={innermost} />
    </g>
  );
}

interface RowsProps {
  readonly lines: readonly ArrowLine[];
  /** The middle, and the first base line. */
  readonly x: number;
  readonly y: number;
  readonly taken: ReadonlySet<string>;
  readonly sign?: string;
  /** On the ground of an active state. */
  readonly dark?: boolean;
}

function Rows({ lines, x, y, taken, sign = '', dark = false }: RowsProps) {
  return lines
    .flatMap((line) => rowsOf(line).map((row, index) => ({ id: line.id, row: index === 0 ? `${sign}${row}` : row })))
    .map(({ id, row }, index) => (
      <text
        key={`${id} ${row}`}
        x={x}
        y={y + index * lineHeight}
        textAnchor="middle"
        className={cn(
          'text-[0.6875rem]',
          dark ? 'fill-on-lamp' : taken.has(id) ? 'fill-lamp-text' : 'fill-ink-soft',
          taken.has(id) && 'font-semibold',
        )}
      >
        {row}
      </text>
    ));
}

function ArrowPath({ line, taken }: { readonly line: Line; readonly taken: ReadonlySet<string> }) {
  const lit = line.lines.some(({ id }) => taken.has(id));
  return (
    <path
      d={line.path}
      fill="none"
      data-taken={lit}
      className={lit ? 'stroke-lamp-text' : 'stroke-ink-faint'}
      strokeWidth={lit ? 2.6 : 1.1}
      markerEnd={`url(#arrow-${lit ? 'lit' : 'plain'})`}
    />
  );
}

/** Above all arrows, on a ground of its own: what crosses behind it does not disturb. */
function ArrowLabel({ line, taken }: { readonly line: Line; readonly taken: ReadonlySet<string> }) {
  if (line.lines.length === 0) return null;
  const height = line.lines.flatMap(rowsOf).length * lineHeight;
  const top = line.y - height / 2;
  return (
    <g>
      <rect
        x={line.x - line.width / 2}
        y={top}
        width={line.width}
        height={height}
        rx={4}
        className="fill-paper opacity-90"
      />
      <Rows lines={line.lines} x={line.x} y={top + 11} taken={taken} />
    </g>
  );
}
