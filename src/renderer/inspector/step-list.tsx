import { TriangleAlert } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { cn } from '../components/ui/cn.ts';
import type { Step } from './actor-steps.ts';
import { formatClock } from './clock-time.ts';
import { shortId } from './names.ts';

/** Those further back are reached with the slider. */
const listed = 200;

interface StepListProps {
  readonly steps: readonly Step[];
  readonly current: Step | undefined;
  readonly withRoutine: boolean;
  readonly onChoose: (place: number) => void;
}

/** What happened, oldest first: the event, who sent it, and where it led. */
export function StepList({ steps, current, withRoutine, onChoose }: StepListProps) {
  const { t } = useTranslation('inspector');
  const shown = steps
    .map((step, place) => ({ step, place }))
    .filter(({ step }) => withRoutine || !step.routine || step === current)
    .slice(-listed);
  return (
    <ol aria-label={t('steps.label')} className="p-2">
      {shown.map(({ step, place }) => (
        <li key={step.seq}>
          <StepRow step={step} current={step === current} onChoose={() => onChoose(place)} />
        </li>
      ))}
    </ol>
  );
}

/** `scrollIntoView` would move the page as well, and the drawing out of sight. */
function revealIn(row: HTMLElement): void {
  const scroller = row.closest('[role="tabpanel"]');
  if (scroller === null) return;
  const [inner, outer] = [row.getBoundingClientRect(), scroller.getBoundingClientRect()];
  if (inner.top < outer.top) scroller.scrollTop -= outer.top - inner.top;
  else if (inner.bottom > outer.bottom) scroller.scrollTop += inner.bottom - outer.bottom;
}

function StepRow({
  step,
  current,
  onChoose,
}: {
  readonly step: Step;
  readonly current: boolean;
  readonly onChoose: () => void;
}) {
  const { t } = useTranslation('inspector');
  const row = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (current && row.current !== null) revealIn(row.current);
  }, [current]);
  const { event, from, states, actions, detail, diverged } = step;
  return (
    <button
      ref={row}
      type="button"
      aria-current={current ? 'step' : undefined}
      onClick={onChoose}
      className={cn(
        'block w-full rounded-lg px-2.5 py-1.5 text-left text-[0.8125rem] -outline-offset-2 hover:bg-tint',
        current && 'bg-lamp-tint hover:bg-lamp-tint',
      )}
    >
      <span className="flex items-baseline gap-2">
        <span
          className={cn('min-w-0 flex-1 truncate font-mono', current && 'font-semibold')}
          translate={event === null ? undefined : 'no'}
        >
          {event ?? (from === null ? t('steps.found') : t('steps.begin'))}
        </span>
        <span translate="no" className="shrink-0 text-[0.6875rem] text-ink-faint tabular-nums">
          {formatClock(step.at)}
        </span>
      </span>
      <span className="block truncate text-xs text-ink-soft" translate="no">
        {from !== null && event !== null && `${shortId(from)} · `}
        {states.join(', ')}
      </span>
      {current && actions.length > 0 && (
        <span className="mt-0.5 block text-xs wrap-anywhere text-ink-faint">
          {t('steps.actions')} <span translate="no">{actions.join(', ')}</span>
        </span>
      )}
      {current && Object.keys(detail).length > 0 && (
        <span translate="no" className="mt-0.5 block font-mono text-[0.6875rem] wrap-anywhere text-ink-faint">
          {JSON.stringify(detail)}
        </span>
      )}
      {diverged && (
        <span className="mt-0.5 flex items-center gap-1 text-xs text-alarm">
          <TriangleAlert size={12} aria-hidden />
          {t('steps.diverged')}
        </span>
      )}
    </button>
  );
}
