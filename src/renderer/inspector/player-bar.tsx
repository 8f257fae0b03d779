import { ChevronLeft, ChevronRight, Pause, Play, Radio } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/ui/button.tsx';
import { Hint } from '../components/ui/hint.tsx';
import type { Step } from './actor-steps.ts';
import { formatClock } from './clock-time.ts';
import type { Player } from './use-player.ts';

interface PlayerBarProps {
  readonly player: Player;
  readonly count: number;
  /** Steps that were before those kept. */
  readonly dropped: number;
}

/** Back, play, on, and a slider over all steps; the words beside it say where one is. */
export function PlayerBar({ player, count, dropped }: PlayerBarProps) {
  const { t } = useTranslation('inspector');
  const { ref, place, state, step } = player;
  const playing = state === 'playing';
  return (
    <div
      role="group"
      aria-label={t('player.label')}
      className="flex flex-wrap items-center gap-x-3 gap-y-1 border-t px-3 py-2 sm:px-4"
    >
      <div className="flex items-center gap-0.5">
        <Button
          variant="ghost"
          size="icon"
          aria-label={t('player.back')}
          disabled={place === 0}
          onClick={() => ref.send({ type: 'BACK' })}
        >
          <ChevronLeft size={17} aria-hidden />
        </Button>
        <Button
          variant="outline"
          size="icon"
          aria-label={playing ? t('player.pause') : t('player.play')}
          disabled={count < 2}
          onClick={() => ref.send({ type: playing ? 'PAUSE' : 'PLAY' })}
        >
          {playing ? <Pause size={15} aria-hidden /> : <Play size={15} aria-hidden />}
        </Button>
        <Button
          variant="ghost"
          size="icon"
          aria-label={t('player.next')}
          disabled={place >= count - 1}
          onClick={() => ref.send({ type: 'NEXT' })}
        >
          <ChevronRight size={17} aria-hidden />
        </Button>
      </div>
      <input
        type="range"
        aria-label={t('player.scrub')}
        aria-valuetext={step === undefined ? undefined : `${place + 1}: ${step.event ?? t('steps.begin')}`}
        min={0}
        max={Math.max(0, count - 1)}
        value={place}
        onChange={(event) => ref.send({ type: 'SEEK', index: dropped + event.currentTarget.valueAsNumber })}
        className="min-w-24 flex-1 accent-lamp-text"
      />
      <Where step={step} place={place} count={count} />
      <Hint text={t('player.followHint')}>
        <Button size="small" aria-pressed={state === 'following'} onClick={() => ref.send({ type: 'FOLLOW' })}>
          <Radio size={14} aria-hidden className={state === 'following' ? 'text-lamp-text' : 'text-ink-faint'} />
          {state === 'following' ? t('player.following') : t('player.follow')}
        </Button>
      </Hint>
    </div>
  );
}

function Where({
  step,
  place,
  count,
}: {
  readonly step: Step | undefined;
  readonly place: number;
  readonly count: number;
}) {
  const { t } = useTranslation('inspector');
  if (step === undefined) return null;
  return (
    <p className="text-xs text-ink-soft tabular-nums">
      {t('player.where', { place: place + 1, count })}
      <span translate="no" className="ml-2 text-ink-faint">
        {formatClock(step.at)}
      </span>
    </p>
  );
}
