/** How large the pool is, how large it should be and why, and its bounds. */
import { useEffect, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PoolView } from '../../protocol/pool.ts';
import { Button } from '../components/ui/button.tsx';
import { Input } from '../components/ui/input.tsx';
import { describeError } from '../connection/refusal.ts';
import { formatNumber } from '../i18n/format.ts';
import { useServices } from '../services.tsx';

const mostWorkers = 64;

export function PoolPanel({ pool, disabled }: { readonly pool: PoolView; readonly disabled: boolean }) {
  const { t } = useTranslation('workers');
  const titleId = useId();
  const present = pool.workers.filter(({ state, purpose }) => purpose === 'regular' && state !== 'draining').length;
  const share = pool.slots === 0 ? 0 : pool.slotsUsed / pool.slots;
  return (
    <section aria-labelledby={titleId} className="grid gap-5 rounded-xl border bg-raised p-4 md:grid-cols-[1fr_auto]">
      <div className="min-w-0">
        <h2 id={titleId} className="sr-only">
          {t('poolTitle')}
        </h2>
        <p className="flex flex-wrap items-baseline gap-x-3 tabular-nums">
          <span className="text-xl font-semibold tracking-tight">{t('size', { count: present })}</span>
          {pool.wanted !== present && (
            <span className="text-sm font-medium text-lamp-text">{t('wanted', { count: pool.wanted })}</span>
          )}
        </p>
        <p className="mt-1 text-sm text-ink-soft">{t(`reason.${pool.reason}`)}</p>
        <div aria-hidden className="mt-3 h-1.5 max-w-md overflow-hidden rounded-full bg-tint-strong">
          <div className="h-full rounded-full bg-lamp transition-[width]" style={{ width: `${share * 100}%` }} />
        </div>
        <p className="mt-1.5 text-[0.8125rem] text-ink-soft tabular-nums">
          {t('slots', { used: formatNumber(pool.slotsUsed), all: formatNumber(pool.slots) })}
          {pool.backlog > 0 && <span className="ml-3">{t('waitingJobs', { count: pool.backlog })}</span>}
        </p>
      </div>
      <Bounds min={pool.min} max={pool.max} disabled={disabled} />
    </section>
  );
}

interface BoundsProps {
  readonly min: number;
  readonly max: number;
  readonly disabled: boolean;
}

function Bounds({ min, max, disabled }: BoundsProps) {
  const { t } = useTranslation('workers');
  const { client } = useServices();
  const [draft, setDraft] = useState({ min: String(min), max: String(max) });
  const [said, setSaid] = useState<{ text: string; isProblem: boolean } | null>(null);
  const saidId = useId();
  // Somebody else may have changed them.
  useEffect(() => setDraft({ min: String(min), max: String(max) }), [min, max]);
  const size = { min: Number(draft.min), max: Number(draft.max) };
  const changed = size.min !== min || size.max !== max;
  const submit = (event: Pick<Event, 'preventDefault'>): void => {
    event.preventDefault();
    if (size.min > size.max) {
      setSaid({ text: t('boundsOrder'), isProblem: true });
      return;
    }
    client.pool.resize.mutate(size).then(
      () => setSaid({ text: t('applied', size), isProblem: false }),
      (error: unknown) => setSaid({ text: describeError(error), isProblem: true }),
    );
  };
  return (
    <form onSubmit={submit} aria-label={t('bounds')} className="self-start">
      <div className="flex flex-wrap items-end gap-2">
        {(['min', 'max'] as const).map((bound) => (
          <label key={bound} className="text-xs text-ink-soft">
            {t(bound)}
            <Input
              id={`pool-${bound}`}
              type="number"
              inputMode="numeric"
              required
              min={1}
              max={mostWorkers}
              value={draft[bound]}
              disabled={disabled}
              aria-describedby={saidId}
              onChange={(event) => setDraft({ ...draft, [bound]: event.target.value })}
              className="mt-1 block w-20 tabular-nums"
            />
          </label>
        ))}
        <Button type="submit" variant="primary" disabled={disabled || !changed}>
          {t('apply')}
        </Button>
      </div>
      <p
        id={saidId}
        role="status"
        className={`mt-1.5 min-h-5 text-[0.8125rem] ${said?.isProblem ? 'text-alarm' : 'text-ink-soft'}`}
      >
        {said?.text}
      </p>
    </form>
  );
}
