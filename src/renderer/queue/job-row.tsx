/** One job as a row of the table. Columns that do not fit are left out; on a phone two lines say what matters most. */
import { MoreHorizontal } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { cn } from '../components/ui/cn.ts';
import { formatCompact } from '../i18n/format.ts';
import type { JobLine } from '../../protocol/queue.ts';
import { formatSpan, formatWhen } from './durations.ts';
import { stateDot } from './state-colours.ts';

/** Shared by the head and the rows. The widths follow the table's, not the window's. */
export const columns =
  'grid grid-cols-[2.25rem_minmax(0,1fr)_2.25rem] items-center gap-x-3 px-2 @2xl:grid-cols-[2.25rem_7.5rem_minmax(0,1fr)_7rem_2.25rem] @4xl:grid-cols-[2.25rem_7.5rem_minmax(0,1fr)_9rem_9rem_7rem_2.25rem] @6xl:grid-cols-[2.25rem_7rem_minmax(0,1fr)_8.5rem_8.5rem_7rem_7.5rem_4.5rem_2.25rem]';
export const from2xl = 'hidden @2xl:block';
export const from4xl = 'hidden @4xl:block';
export const from6xl = 'hidden @6xl:block';

export interface JobRowProps {
  readonly id: string;
  /** Counted from the top. */
  readonly index: number;
  readonly top: number;
  readonly height: number;
  readonly line: JobLine | null | undefined;
  readonly selected: boolean;
  readonly active: boolean;
  /** Renewed every second for rows whose times go on, else as it was. */
  readonly now: number;
  readonly onToggle: (index: number, withShift: boolean) => void;
  readonly onMenu: (index: number) => void;
  readonly onActivate: (index: number) => void;
}

export const JobRow = memo(function JobRow(props: JobRowProps) {
  const { id, index, top, height, line, selected, active, onToggle, onMenu, onActivate } = props;
  const { t } = useTranslation('queue');
  const name = line?.words === undefined || line.words === '' ? (line?.name ?? '') : line.words;
  return (
    <div
      id={id}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      className={cn(
        columns,
        'absolute inset-x-0 border-b border-line/70 text-[0.8125rem] [contain:strict]',
        selected ? 'bg-lamp-tint' : 'hover:bg-tint/70',
        active && 'outline-2 -outline-offset-2 outline-transparent group-focus-visible/table:outline-lamp-text',
      )}
      style={{ transform: `translateY(${top}px)`, height }}
      onMouseDown={() => onActivate(index)}
    >
      {line === undefined ? (
        <Placeholder />
      ) : line === null ? (
        <span role="gridcell" className="col-span-full pl-12 text-ink-faint">
          {t('gone')}
        </span>
      ) : (
        <>
          <span role="gridcell" className="grid place-items-center">
            <input
              type="checkbox"
              tabIndex={-1}
              aria-label={t('select', { name })}
              className="size-4 accent-lamp-text"
              checked={selected}
              // A click tells of Shift; a change does not.
              onChange={() => undefined}
              onClick={(event) => onToggle(index, event.shiftKey)}
            />
          </span>
          <Cells line={line} now={props.now} />
          <span role="gridcell">
            <button
              type="button"
              tabIndex={-1}
              data-row-menu={index}
              aria-label={t('menu', { name })}
              aria-haspopup="menu"
              className="grid size-8 place-items-center rounded-lg text-ink-faint hover:bg-tint-strong hover:text-ink"
              onClick={() => onMenu(index)}
            >
              <MoreHorizontal size={16} aria-hidden />
            </button>
          </span>
        </>
      )}
    </div>
  );
});

function Placeholder() {
  const { t } = useTranslation('common');
  return (
    <span role="gridcell" aria-busy aria-label={t('loading')} className="col-span-full pl-12">
      <span aria-hidden className="block h-2.5 w-2/5 rounded-full bg-tint-strong" />
    </span>
  );
}

function Cells({ line, now }: { readonly line: JobLine; readonly now: number }) {
  const { t } = useTranslation('queue');
  const { t: words } = useTranslation('common');
  const when = formatWhen(line.createdAt, now);
  const state = (
    <span className="flex items-center gap-1.5">
      <span
        aria-hidden
        className={cn('size-2 shrink-0 rounded-full', stateDot[line.state], line.state === 'active' && 'animate-lamp')}
      />
      <span className="truncate">{words(`state.${line.state}`)}</span>
    </span>
  );
  return (
    <>
      <span role="gridcell" className={cn(from2xl, 'min-w-0')}>
        {state}
      </span>
      <span role="gridcell" className="min-w-0">
        <a
          href={`#/jobs/${line.id}`}
          tabIndex={-1}
          className="block truncate font-medium hover:underline"
          dir="auto"
          translate="no"
        >
          {line.words === '' ? line.name : line.words}
        </a>
        <span className="flex min-w-0 items-center gap-2 text-xs text-ink-faint">
          <span className="shrink-0 text-ink-soft @2xl:hidden">{state}</span>
          <Second line={line} now={now} />
        </span>
      </span>
      <Pair className={from4xl} first={line.agentName} second={line.conversationTitle} />
      <Pair className={from4xl} first={line.model} second={words(`lane.${line.lane}`)} secondIsOurs />
      <span role="gridcell" className={cn(from2xl, 'min-w-0 tabular-nums')}>
        <span className="block truncate">{when}</span>
        {line.maxAttempts > 1 && line.attemptsMade > 0 && (
          <span className="block truncate text-xs text-ink-faint">
            <span className="sr-only">{t('attemptsLabel')}: </span>
            {t('attempts', { made: line.attemptsMade, max: line.maxAttempts })}
          </span>
        )}
      </span>
      <Times line={line} now={now} />
      <span role="gridcell" className={cn(from6xl, 'min-w-0 text-right tabular-nums')}>
        <span className="block">{line.inputTokens === null ? '' : formatCompact(line.inputTokens)}</span>
        <span className="block text-xs text-ink-faint">
          {line.outputTokens === null ? '' : formatCompact(line.outputTokens)}
        </span>
      </span>
    </>
  );
}

/** Under the question: why it does not go on, or the job's name. */
function Second({ line, now }: { readonly line: JobLine; readonly now: number }) {
  const { t } = useTranslation('queue');
  if (line.error !== null && (line.state === 'failed' || line.state === 'delayed')) {
    return (
      <span className={cn('truncate', line.state === 'failed' && 'text-alarm')} translate="no" dir="auto">
        {line.error}
      </span>
    );
  }
  if (line.state === 'delayed' && line.runAt !== null) {
    return <span className="truncate">{t('due', { when: formatWhen(line.runAt, now) })}</span>;
  }
  if (line.state === 'blocked') {
    const text = line.heldByFailure ? t('heldByFailure') : t('waitsFor', { count: line.openDependencies });
    return <span className="truncate">{text}</span>;
  }
  return (
    <span className="truncate" translate="no">
      {line.name}
    </span>
  );
}

interface PairProps {
  readonly className: string;
  readonly first: string | null;
  readonly second: string | null;
  readonly secondIsOurs?: boolean;
}

function Pair({ className, first, second, secondIsOurs = false }: PairProps) {
  return (
    <span role="gridcell" className={cn(className, 'min-w-0')}>
      <span className="block truncate" translate="no" dir="auto">
        {first}
      </span>
      <span className="block truncate text-xs text-ink-faint" translate={secondIsOurs ? 'yes' : 'no'} dir="auto">
        {second}
      </span>
    </span>
  );
}

function Times({ line, now }: { readonly line: JobLine; readonly now: number }) {
  const { t } = useTranslation('queue');
  const { waitingSince, waitedMs, processedOn, finishedOn, createdAt, state } = line;
  const stood =
    waitingSince !== null ? now - waitingSince : (waitedMs ?? (processedOn === null ? null : processedOn - createdAt));
  const ran = processedOn === null ? null : (finishedOn ?? (state === 'active' ? now : null));
  return (
    <span role="gridcell" className={cn(from6xl, 'min-w-0 tabular-nums')}>
      <span className="block truncate">{stood === null ? '' : t('waited', { span: formatSpan(stood) })}</span>
      <span className="block truncate text-xs text-ink-faint">
        {ran === null || processedOn === null ? '' : t('ran', { span: formatSpan(ran - processedOn) })}
      </span>
    </span>
  );
}
