import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MachineGraph } from '../../protocol/inspection.ts';
import { useCommands } from '../commands/commands.ts';
import { cn } from '../components/ui/cn.ts';
import { ActorSide } from './actor-side.tsx';
import { ActorStatus } from './actor-status.tsx';
import type { ActorSteps } from './actor-steps.ts';
import type { Feed } from './feed.ts';
import { FeedPanel } from './feed-panel.tsx';
import type { Message } from './lanes.ts';
import { MachineDrawing } from './machine-drawing.tsx';
import { PlayerBar } from './player-bar.tsx';
import { useActorSteps, useFeed } from './use-inspector.ts';
import { usePlayer } from './use-player.ts';

/** One actor: its machine drawn, what happened to it, what it knows; or who it spoke with. */
export function ActorView({ id, graph }: { readonly id: string; readonly graph: MachineGraph }) {
  const { t } = useTranslation('inspector');
  const known = useActorSteps(id);
  const player = usePlayer(known);
  const [shows, setShows] = useState<'machine' | 'sequence'>('machine');
  const [routine, setRoutine] = useState(false);
  const feed = useFeed(routine);
  const messages = useMemo(() => messagesOf(id, known, feed), [id, known, feed]);
  const { steps, dropped, actor, missing } = known;
  const { step, ref } = player;
  const seek = (place: number): void => ref.send({ type: 'SEEK', index: dropped + place });
  useCommands(
    useMemo(
      () => [
        { id: 'inspector.play', title: t('player.play'), group: t('title'), run: () => ref.send({ type: 'PLAY' }) },
        {
          id: 'inspector.follow',
          title: t('player.follow'),
          group: t('title'),
          run: () => ref.send({ type: 'FOLLOW' }),
        },
        { id: 'inspector.machine', title: t('showMachine'), group: t('title'), run: () => setShows('machine') },
        { id: 'inspector.sequence', title: t('showSequence'), group: t('title'), run: () => setShows('sequence') },
      ],
      [t, ref],
    ),
  );
  if (step === undefined) {
    return (
      <p role="status" className="grid flex-1 place-items-center p-6 text-center text-sm text-ink-soft">
        {missing === null ? t('waiting') : <span translate="no">{missing}</span>}
      </p>
    );
  }
  return (
    <div className="flex min-h-0 min-w-0 flex-1 flex-col">
      <ActorStatus id={id} actor={actor} step={step} missing={missing}>
        <div role="group" aria-label={t('show')} className="flex rounded-lg border p-0.5">
          {(['machine', 'sequence'] as const).map((name) => (
            <button
              key={name}
              type="button"
              aria-pressed={shows === name}
              onClick={() => setShows(name)}
              className={cn(
                'rounded-md px-2.5 py-0.5 text-[0.8125rem] text-ink-soft',
                shows === name && 'bg-tint-strong font-medium text-ink',
              )}
            >
              {t(name)}
            </button>
          ))}
        </div>
      </ActorStatus>
      <div className="flex min-h-0 flex-1 flex-col overflow-y-auto lg:flex-row lg:overflow-hidden">
        <div className="flex h-[62vh] min-w-0 shrink-0 flex-col lg:h-auto lg:flex-1 lg:shrink">
          <div className="min-h-0 flex-1">
            {shows === 'machine' ? (
              <MachineDrawing graph={graph} states={step.states} edges={step.edges} />
            ) : (
              <FeedPanel
                feed={feed}
                messages={messages}
                routine={routine}
                onRoutine={setRoutine}
                current={`step ${step.seq}`}
                onChoose={({ key }) => {
                  const place = steps.findIndex(({ seq }) => key === `step ${seq}`);
                  if (place >= 0) seek(place);
                }}
              />
            )}
          </div>
          <PlayerBar player={player} count={steps.length} dropped={dropped} />
        </div>
        <ActorSide graph={graph} known={known} step={step} onChoose={seek} />
      </div>
    </div>
  );
}

/** What it was told comes from its own steps, a job's from its whole life; what it said, from the feed. */
function messagesOf(id: string, { steps }: ActorSteps, { events, epoch }: Feed): readonly Message[] {
  const isJob = id.startsWith('job:');
  const told = steps.flatMap((step): Message[] => {
    const { from, event, edges } = step;
    if (from === null) return [];
    const type = event ?? 'job.ENQUEUED';
    return [{ ...step, key: `step ${step.seq}`, from, to: id, type, ignored: event !== null && edges.length === 0 }];
  });
  if (isJob) {
    const said = events.filter(({ from, to }) => from === id && to !== id);
    return [...told, ...said].toSorted((a, b) => a.at - b.at);
  }
  // The numbers of its steps are the feed's.
  const kept = new Set(told.map(({ key }) => key));
  return events
    .filter(({ from, to }) => from === id || to === id || from === `${id}/process` || to === `${id}/process`)
    .map((event) => {
      const key = `step ${event.seq}`;
      return kept.has(key) && event.key.startsWith(`feed ${epoch}:`) ? { ...event, key } : event;
    });
}
