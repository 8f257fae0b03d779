/**
 * The table of jobs: any number of rows, of which those on screen exist. The scroll bar stands for the whole list; where one
 * jumps to, rows are placeholders until their window has come.
 */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import { useSelector } from '@xstate/react';
import { useTranslation } from 'react-i18next';
import { cn } from '../components/ui/cn.ts';
import { useNow } from '../remote/use-now.ts';
import { navigate } from '../shell/route.ts';
import { columns, from2xl, from4xl, from6xl, JobRow } from './job-row.tsx';
import type { JobList } from './job-list.ts';
import { useRowCommands } from './row-actions.ts';
import { RowMenu } from './row-menu.tsx';
import { countOf } from './selection.ts';
import { useTable, type TableState } from './use-table.ts';

/** Browsers end elements at some 17 million pixels. */
const mostRows = 250_000;

/** More than rows are on an ordinary screen, so that the number stays the same while one scrolls. */
const leastSlots = 96;

interface JobTableProps {
  readonly list: JobList;
  readonly oldestFirst: boolean;
  /** Whenever something is selected, scrolled away from the top, or pointed at: then the list must not be renewed by itself. */
  readonly onBusy: (busy: boolean) => void;
  readonly onTable: (table: TableState) => void;
  readonly onProblem: (problem: string) => void;
}

export function JobTable({ list, oldestFirst, onBusy, onTable, onProblem }: JobTableProps) {
  const { t } = useTranslation('queue');
  const { total } = useSelector(list.state, (state) => state);
  const rows = Math.min(total, mostRows);
  const placeOf = useCallback((index: number) => (oldestFirst ? index : total - 1 - index), [oldestFirst, total]);
  const scroller = useRef<HTMLDivElement>(null);
  const { probe, height } = useRowHeight();
  const [menuAt, setMenuAt] = useState<number | null>(null);
  const [engaged, setEngaged] = useState(false);
  const prefix = useId();

  // oxlint-disable-next-line react/incompatible-library -- it is read anew in each render, and nothing here is memoized by a compiler
  const virtualizer = useVirtualizer({
    count: rows,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 8,
    useFlushSync: false,
  });
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, height]);
  const items = virtualizer.getVirtualItems();
  // Rows that have scrolled out are used again for those that scroll in: to change a row costs a tenth of making one.
  const slots = Math.max(leastSlots, items.length);
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    const [a, b] = [placeOf(first), placeOf(last)];
    if (rows > 0) list.want(Math.max(0, Math.min(a, b)), Math.max(a, b));
  }, [list, placeOf, first, last, rows]);

  const idOf = (index: number) => list.line(placeOf(index))?.id;
  const table = useTable({
    rows,
    total,
    placeOf,
    pageRows: Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / height) - 1),
    onReveal: (index) => virtualizer.scrollToIndex(index),
    onOpen(index) {
      const id = idOf(index);
      if (id !== undefined) navigate({ page: 'job', id });
    },
    onMenu: setMenuAt,
  });
  const atTop = (virtualizer.scrollOffset ?? 0) <= 0;
  const selected = countOf(table.selection);
  const busy = !atTop || selected > 0 || menuAt !== null || engaged;
  useEffect(() => onBusy(busy), [onBusy, busy]);
  useEffect(() => onTable(table));

  const lines = items.map(({ index }) => list.line(placeOf(index)));
  const goesOn = lines.some((line) => line?.state === 'active' || line?.state === 'waiting');
  const now = useNow(goesOn);
  const minute = Math.floor(now / 60_000) * 60_000;
  const menuLine = menuAt === null ? null : (list.line(placeOf(menuAt)) ?? null);
  const look = useCallback(() => list.look(), [list]);
  const activeLine = table.active === null ? null : (list.line(placeOf(table.active)) ?? null);
  useRowCommands({ line: activeLine, onDone: look, onProblem });
  // Stable, so that rows which have not changed are not drawn again.
  const latest = useRef(table);
  useEffect(() => {
    latest.current = table;
  });
  const onToggle = useCallback((index: number, shift: boolean) => {
    latest.current.toggle(index, shift);
    // Not in a row, which may be another's in a moment.
    scroller.current?.focus({ preventScroll: true });
  }, []);
  const onActivate = useCallback((index: number) => latest.current.setActive(index), []);

  return (
    <div className="@container relative flex min-h-0 flex-1 flex-col border-t">
      {probe}
      <div
        ref={scroller}
        role="grid"
        tabIndex={0}
        aria-label={t('table')}
        aria-rowcount={rows + 1}
        aria-multiselectable
        aria-activedescendant={table.active === null ? undefined : `${prefix}-${table.active}`}
        className="group/table min-h-0 flex-1 overflow-y-auto [overflow-anchor:none] focus-visible:outline-offset-[-2px]"
        onKeyDown={table.onKeyDown}
        onFocus={() => setEngaged(true)}
        onBlur={() => setEngaged(false)}
        onPointerEnter={() => setEngaged(true)}
        onPointerLeave={() => setEngaged(false)}
      >
        <div role="rowgroup" className="sticky top-0 z-10 bg-paper">
          <div role="row" aria-rowindex={1} className={cn(columns, 'h-9 border-b text-xs text-ink-faint')}>
            <span role="columnheader" className="grid place-items-center">
              <SelectAll selected={selected} total={total} onChange={table.selectAll} />
            </span>
            <HeadCells />
          </div>
        </div>
        <div role="rowgroup" className="relative" style={{ height: virtualizer.getTotalSize() }}>
          {items.map(({ index, start }, at) => (
            <JobRow
              key={index % slots}
              id={`${prefix}-${index}`}
              index={index}
              top={start}
              height={height}
              line={lines[at]}
              selected={table.isSelected(index)}
              active={index === table.active}
              now={lines[at]?.state === 'active' || lines[at]?.state === 'waiting' ? now : minute}
              onToggle={onToggle}
              onMenu={setMenuAt}
              onActivate={onActivate}
            />
          ))}
        </div>
      </div>
      {menuLine !== null && (
        <RowMenu
          line={menuLine}
          anchor={`[data-row-menu="${menuAt}"]`}
          onClose={() => {
            setMenuAt(null);
            scroller.current?.focus({ preventScroll: true });
          }}
          onDone={look}
          onProblem={onProblem}
        />
      )}
      {total > mostRows && <p className="border-t px-5 py-2 text-xs text-ink-soft">{t('tooMany', { count: rows })}</p>}
    </div>
  );
}

function HeadCells() {
  const { t } = useTranslation('queue');
  return (
    <>
      <span role="columnheader" className={cn(from2xl, 'truncate')}>
        {t('column.state')}
      </span>
      <span role="columnheader">{t('column.job')}</span>
      <span role="columnheader" className={cn(from4xl, 'truncate')}>
        {t('column.agent')}
      </span>
      <span role="columnheader" className={cn(from4xl, 'truncate')}>
        {t('column.model')}
      </span>
      <span role="columnheader" className={cn(from2xl, 'truncate')}>
        {t('column.created')}
      </span>
      <span role="columnheader" className={cn(from6xl, 'truncate')}>
        {t('column.times')}
      </span>
      <span role="columnheader" className={cn(from6xl, 'truncate text-right')}>
        {t('column.tokens')}
      </span>
      <span role="columnheader" aria-hidden />
    </>
  );
}

interface SelectAllProps {
  readonly selected: number;
  readonly total: number;
  readonly onChange: (selected: boolean) => void;
}

function SelectAll({ selected, total, onChange }: SelectAllProps) {
  const { t } = useTranslation('queue');
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current !== null) box.current.indeterminate = selected > 0 && selected < total;
  }, [selected, total]);
  return (
    <input
      ref={box}
      type="checkbox"
      aria-label={t('selectAll')}
      className="size-4 accent-lamp-text"
      disabled={total === 0}
      checked={total > 0 && selected === total}
      onChange={({ target }) => onChange(target.checked)}
    />
  );
}

/** A row's height in px: it follows text size, density and zoom, which are the style sheet's matter. */
function useRowHeight() {
  const [element, setElement] = useState<HTMLDivElement | null>(null);
  const [height, setHeight] = useState(52);
  useLayoutEffect(() => {
    if (element === null) return undefined;
    const measure = () => setHeight(element.offsetHeight);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [element]);
  const probe = <div ref={setElement} aria-hidden className="invisible absolute h-[3.25rem] w-px" />;
  return { probe, height };
}
