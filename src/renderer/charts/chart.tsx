/** The drawing alone: bars on each other, or lines. Names and values for who cannot see it are in chart-card.tsx. */
import {
  Bar,
  BarChart,
  CartesianGrid,
  Line,
  LineChart,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
  type TooltipContentProps,
} from 'recharts';
import type { Row, Series } from './series.ts';

interface ChartProps {
  readonly kind: 'bars' | 'lines';
  readonly rows: readonly Row[];
  readonly series: readonly Series[];
  readonly marks: readonly number[];
  readonly axisTime: (at: number) => string;
  readonly wholeTime: (at: number) => string;
  readonly format: (value: number) => string;
  /** Of the vertical axis; absent: round numbers. */
  readonly ticks?: readonly number[] | undefined;
  /** The values are counted: the axis has no parts of one. */
  readonly whole: boolean;
}

const height = 208;
const text = { fontSize: 11, fill: 'var(--ink-faint)' };

export function Chart({ kind, rows, series, marks, axisTime, wholeTime, format, ticks, whole }: ChartProps) {
  const grid = <CartesianGrid vertical={false} stroke="var(--line)" />;
  const xAxis = (
    <XAxis
      dataKey="at"
      ticks={[...marks]}
      tickFormatter={axisTime}
      tick={text}
      tickLine={false}
      axisLine={{ stroke: 'var(--line-strong)' }}
      minTickGap={12}
      interval="preserveStartEnd"
    />
  );
  const yAxis = (
    <YAxis
      tickFormatter={format}
      tick={text}
      tickLine={false}
      axisLine={false}
      width={64}
      tickCount={4}
      allowDecimals={!whole}
      {...axisOf(ticks)}
    />
  );
  const tooltip = (
    <Tooltip
      isAnimationActive={false}
      cursor={{ fill: 'var(--tint)', stroke: 'var(--line-strong)' }}
      content={(props) => <Values {...props} series={series} time={wholeTime} format={format} />}
    />
  );
  const margin = { top: 6, right: 6, bottom: 0, left: 0 };
  if (kind === 'bars') {
    return (
      <ResponsiveContainer width="100%" height={height}>
        <BarChart data={[...rows]} margin={margin} barCategoryGap="10%" accessibilityLayer={false}>
          {grid}
          {xAxis}
          {yAxis}
          {tooltip}
          {series.map(({ key, color }) => (
            <Bar key={key} dataKey={key} stackId="all" fill={colorOf(color)} isAnimationActive={false} />
          ))}
        </BarChart>
      </ResponsiveContainer>
    );
  }
  return (
    <ResponsiveContainer width="100%" height={height}>
      <LineChart data={[...rows]} margin={margin} accessibilityLayer={false}>
        {grid}
        {xAxis}
        {yAxis}
        {tooltip}
        {series.map(({ key, color, values, dashed = false }) => (
          <Line
            key={key}
            dataKey={key}
            type="monotone"
            stroke={colorOf(color)}
            strokeWidth={dashed ? 1.5 : 2}
            {...(dashed ? { strokeDasharray: '4 3' } : {})}
            dot={(dot: DotProps) => <LonelyDot key={dot.index} {...dot} values={values} color={color} />}
            activeDot={{ r: 3.5, strokeWidth: 0 }}
            isAnimationActive={false}
          />
        ))}
      </LineChart>
    </ResponsiveContainer>
  );
}

function axisOf(ticks: readonly number[] | undefined) {
  return ticks === undefined ? {} : { ticks: [...ticks], domain: [0, ticks.at(-1) ?? 1] as const };
}

interface DotProps {
  readonly cx?: number;
  readonly cy?: number;
  readonly index?: number;
}

/** A value without neighbours has no line that would show it. */
function LonelyDot({ cx, cy, index = 0, values, color }: DotProps & Pick<Series, 'values' | 'color'>) {
  const lonely = (values[index - 1] ?? null) === null && (values[index + 1] ?? null) === null;
  if (!lonely || cx === undefined || cy === undefined || (values[index] ?? null) === null) return <g />;
  return <circle cx={cx} cy={cy} r={2} fill={colorOf(color)} />;
}

function colorOf(name: string): string {
  return `var(--${name})`;
}

interface ValuesProps extends TooltipContentProps {
  readonly series: readonly Series[];
  readonly time: (at: number) => string;
  readonly format: (value: number) => string;
}

function Values({ active, label, payload, series, time, format }: ValuesProps) {
  if (!active || typeof label !== 'number') return null;
  const values = series.flatMap((one) => {
    const value = payload.find(({ dataKey }) => dataKey === one.key)?.value;
    return typeof value === 'number' ? [{ ...one, value }] : [];
  });
  return (
    <div className="rounded-lg border bg-raised px-3 py-2 text-xs shadow-float">
      <p className="font-medium text-ink tabular-nums">{time(label)}</p>
      <ul className="mt-1 space-y-0.5">
        {values.map(({ key, color, dashed, label: name, isName = false, value }) => (
          <li key={key} className="flex items-center gap-2 text-ink-soft">
            <Swatch color={color} dashed={dashed ?? false} />
            <span translate={isName ? 'no' : 'yes'} className="min-w-0 flex-1 truncate">
              {name}
            </span>
            <span className="text-ink tabular-nums">{format(value)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** A series as it is drawn; lines of one lane differ by their dashes, not by colour alone. */
export function Swatch({ color, dashed, line = dashed }: { color: string; dashed: boolean; line?: boolean }) {
  return (
    <svg aria-hidden width={16} height={10} className="shrink-0">
      {line ? (
        <line
          x1={0}
          x2={16}
          y1={5}
          y2={5}
          stroke={colorOf(color)}
          strokeWidth={dashed ? 2 : 2.5}
          {...(dashed ? { strokeDasharray: '4 3' } : {})}
        />
      ) : (
        <rect x={2} width={10} height={10} rx={2.5} fill={colorOf(color)} />
      )}
    </svg>
  );
}
