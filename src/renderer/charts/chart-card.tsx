/** One chart with its title, its legend, and the same values as a table. */
import { ChevronRight } from 'lucide-react';
import { useId, useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { StatisticsView } from '../../protocol/statistics.ts';
import { Chart, Swatch } from './chart.tsx';
import { hasValues, largest, rowsOf, type Row, type Series } from './series.ts';
import { marksOf, stepTimes } from './step-times.ts';

interface ChartCardProps {
  readonly title: string;
  readonly hint: string;
  readonly kind: 'bars' | 'lines';
  readonly view: StatisticsView;
  /** Those without a value are left out. */
  readonly series: readonly Series[];
  /** Of the vertical axis, for its largest value; absent: round numbers. */
  readonly ticksFor?: (max: number) => readonly number[];
  /** The values are counted. */
  readonly whole?: boolean;
  readonly format: (value: number) => string;
  readonly controls?: ReactNode;
}

export function ChartCard(props: ChartCardProps) {
  const { title, hint, kind, view, series: all, ticksFor, whole = false, format, controls } = props;
  const { t, i18n } = useTranslation('charts');
  const language = i18n.resolvedLanguage ?? 'en';
  const titleId = useId();
  const series = useMemo(() => all.filter((one) => hasValues([one])), [all]);
  const ticks = useMemo(() => ticksFor?.(largest(series)), [ticksFor, series]);
  const rows = useMemo(() => rowsOf(view, series), [view, series]);
  const times = useMemo(() => stepTimes(view.range, language), [view.range, language]);
  const marks = useMemo(() => marksOf(view.range, view.from, view.stepMs, view.steps), [view]);
  const shown = series.length > 0;
  const range = t(`ranges.${view.range}`);
  return (
    <section aria-labelledby={titleId} className="min-w-0 rounded-xl border bg-raised p-4">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <div className="min-w-0">
          <h2 id={titleId} className="text-[0.9375rem] font-semibold tracking-tight">
            {title}
          </h2>
          <p className="text-[0.8125rem] text-ink-soft">{hint}</p>
        </div>
        {controls}
      </div>
      {shown ? (
        <>
          <Legend series={series} lines={kind === 'lines'} />
          <div role="img" aria-label={t('chartOf', { title, range })} className="mt-2 -ml-2">
            <Chart
              kind={kind}
              rows={rows}
              series={series}
              marks={marks}
              axisTime={times.axis}
              wholeTime={times.whole}
              format={format}
              ticks={ticks}
              whole={whole}
            />
          </div>
          <ValueTable title={title} rows={rows} series={series} time={times.whole} format={format} />
        </>
      ) : (
        <p className="grid h-40 place-items-center text-sm text-ink-faint">{t('nothingHere')}</p>
      )}
    </section>
  );
}

function Legend({ series, lines }: { readonly series: readonly Series[]; readonly lines: boolean }) {
  return (
    <ul className="mt-3 flex flex-wrap gap-x-4 gap-y-1 text-xs text-ink-soft">
      {series.map(({ key, label, color, dashed = false, isName = false }) => (
        <li key={key} className="flex min-w-0 items-center gap-1.5">
          <Swatch color={color} dashed={dashed} line={lines} />
          <span className="truncate" translate={isName ? 'no' : 'yes'}>
            {label}
          </span>
        </li>
      ))}
    </ul>
  );
}

interface ValueTableProps {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly series: readonly Series[];
  readonly time: (at: number) => string;
  readonly format: (value: number) => string;
}

/** Steps without any value are left out: a quiet night would be a hundred rows of nothing. */
function ValueTable({ title, rows, series, time, format }: ValueTableProps) {
  const { t } = useTranslation('charts');
  const [open, setOpen] = useState(false);
  const shown = open ? rows.filter((row) => series.some(({ key }) => (row[key] ?? null) !== null)) : [];
  return (
    <details className="group/table mt-2 text-[0.8125rem]" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="flex w-fit cursor-pointer list-none items-center gap-1 rounded text-ink-soft select-none hover:text-ink">
        <ChevronRight size={14} aria-hidden className="transition-transform group-open/table:rotate-90" />
        {t('asTable')}
      </summary>
      {open && (
        <div tabIndex={0} role="region" aria-label={title} className="mt-2 max-h-72 overflow-auto rounded-lg border">
          <table className="w-full text-left tabular-nums">
            <caption className="sr-only">{title}</caption>
            <thead className="sticky top-0 bg-tint text-xs text-ink-soft">
              <tr>
                <th scope="col" className="px-3 py-1.5 font-medium">
                  {t('time')}
                </th>
                {series.map(({ key, label, isName = false }) => (
                  <th
                    key={key}
                    scope="col"
                    className="px-3 py-1.5 text-right font-medium whitespace-nowrap"
                    translate={isName ? 'no' : 'yes'}
                  >
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.map((row) => (
                <tr key={row.at} className="border-t">
                  <th scope="row" className="px-3 py-1 font-normal whitespace-nowrap">
                    {time(row.at)}
                  </th>
                  {series.map(({ key }) => {
                    const value = row[key] ?? null;
                    return (
                      <td key={key} className="px-3 py-1 text-right whitespace-nowrap">
                        {value === null ? '–' : format(value)}
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}
