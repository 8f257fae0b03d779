/** The pool at a glance, and in a popover what each worker and lane is doing. */
import { useSelector } from '@xstate/react';
import { lanes } from './lanes.ts';
import { Popover, PopoverContent, PopoverTrigger } from '../components/ui/popover.tsx';
import type { WorkerView } from '../../protocol/pool.ts';
import type { PoolView } from '../../protocol/views.ts';
import { useServices } from '../services.tsx';
import { cn } from '../components/ui/cn.ts';

const workerWords: Readonly<Record<string, string>> = {
  starting: 'starting',
  ready: 'ready',
  saturated: 'full',
  draining: 'finishing, then stops',
  stopped: 'stopped',
  unresponsive: 'does not answer',
  crashed: 'crashed',
  backingOff: 'starts again soon',
  broken: 'gave up',
};

function totals(pool: PoolView): { running: number; waiting: number } {
  const counts = Object.values(pool.lanes);
  return {
    running: counts.reduce((sum, lane) => sum + lane.active, 0),
    waiting: counts.reduce((sum, lane) => sum + lane.waiting + lane.delayed + lane.blocked, 0),
  };
}

const isUp = (worker: WorkerView) => worker.state === 'ready' || worker.state === 'saturated';

export function PoolIndicator() {
  const services = useServices();
  const pool = useSelector(services.pool, (view) => view);
  const online = useSelector(services.connection, (snapshot) => snapshot.matches('online'));
  if (pool === null) return null;
  // What the pool did when it was last heard of says nothing about now.
  if (!online) return <p className="px-2.5 text-[13px] text-ink-faint">Not connected</p>;
  const { running, waiting } = totals(pool);
  const up = pool.workers.filter(isUp).length;
  const summary = `${up} ${up === 1 ? 'worker' : 'workers'}, ${running} running, ${waiting} waiting`;
  return (
    <Popover>
      <PopoverTrigger
        aria-label={`Worker pool: ${summary}`}
        className="flex h-9 min-w-0 flex-1 items-center gap-2 rounded-lg px-2.5 text-[13px] text-ink-soft tabular-nums transition-colors hover:bg-tint-strong/70 aria-expanded:bg-tint-strong/70"
      >
        <span
          aria-hidden
          className={cn(
            'size-2 shrink-0 rounded-full',
            up === 0 ? 'bg-alarm' : running > 0 ? 'animate-lamp bg-lamp' : 'bg-ok',
          )}
        />
        <span className="truncate">
          {running === 0 && waiting === 0
            ? `${up} ${up === 1 ? 'worker' : 'workers'}, idle`
            : `${running} running, ${waiting} waiting`}
        </span>
      </PopoverTrigger>
      <PopoverContent align="start" aria-label="Worker pool">
        <p className="font-semibold">Worker pool</p>
        <p className="mt-0.5 text-[13px] text-ink-soft tabular-nums">
          {pool.slotsUsed} of {pool.slots} slots in use, {pool.min} to {pool.max} workers
        </p>
        <LaneTable pool={pool} />
        <ul className="mt-3 max-h-56 space-y-2 overflow-y-auto border-t pt-3">
          {pool.workers.map((worker) => (
            <WorkerRow key={worker.id} worker={worker} />
          ))}
          {pool.workers.length === 0 && <li className="text-[13px] text-ink-soft">No worker is running.</li>}
        </ul>
      </PopoverContent>
    </Popover>
  );
}

function LaneTable({ pool }: { readonly pool: PoolView }) {
  return (
    <table className="mt-3 w-full text-[13px] tabular-nums">
      <thead className="text-xs text-ink-faint">
        <tr>
          <th className="pb-1 text-left font-medium">Lane</th>
          <th className="pb-1 text-right font-medium">Running</th>
          <th className="pb-1 text-right font-medium">Waiting</th>
          <th className="pb-1 text-right font-medium">Later</th>
        </tr>
      </thead>
      <tbody>
        {lanes.map(({ id, label }) => {
          const counts = pool.lanes[id];
          return (
            <tr key={id}>
              <th scope="row" className="py-0.5 text-left font-normal">
                {label}
              </th>
              <td className="py-0.5 text-right">{counts.active}</td>
              <td className="py-0.5 text-right">{counts.waiting}</td>
              <td className="py-0.5 text-right">{counts.delayed + counts.blocked}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function WorkerRow({ worker }: { readonly worker: WorkerView }) {
  const share = worker.slots === 0 ? 0 : worker.slotsUsed / worker.slots;
  return (
    <li className="text-[13px]">
      <div className="flex items-baseline justify-between gap-3 tabular-nums">
        <span>
          Worker {worker.id.split(':')[1] ?? worker.id}
          {worker.purpose === 'quarantine' && <span className="text-ink-faint"> (quarantine)</span>}
        </span>
        <span className={worker.state === 'broken' ? 'text-alarm' : 'text-ink-soft'}>
          {workerWords[worker.state] ?? worker.state}, {worker.slotsUsed}/{worker.slots}
        </span>
      </div>
      <div aria-hidden className="mt-1 h-1 overflow-hidden rounded-full bg-tint-strong">
        <div className="h-full rounded-full bg-lamp transition-[width]" style={{ width: `${share * 100}%` }} />
      </div>
      {(worker.restarts > 0 || worker.lastExit !== null) && (
        <p className="mt-1 text-xs wrap-anywhere text-ink-faint">
          {worker.restarts > 0 && `restarted ${worker.restarts === 1 ? 'once' : `${worker.restarts} times`}`}
          {worker.restarts > 0 && worker.lastExit !== null && ': '}
          {worker.lastExit}
        </p>
      )}
    </li>
  );
}
