/**
 * The worker: takes requests over its channel, runs up to `slots` of them at once, and reports. It lives in four steps:
 * - serving: from the start, which it announces with `ready`;
 * - draining: entered by `drain`. What runs is finished, and so is a job that was on its way when `drain` was sent;
 * - leaving: entered when nothing runs any more. It says `drained`, hears nothing more, and exits with code 0;
 * - orphaned: entered when the channel closes. Everything is aborted and the process exits at once with code 0, in good
 *   order but with nobody to tell: the engine gives the jobs out again.
 */
import type { EngineToWorker } from '../protocol/worker.ts';
import { createAttempts } from './attempts.ts';
import type { Channel } from './channel.ts';
import { createDeltaStreams, type DeltaStreams } from './delta-stream.ts';
import { findServers } from './find-servers.ts';
import { inspectProvider } from './inspect-provider.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { createVitals } from './vitals.ts';

/** `exit` ends the process; it is called once. */
export function startWorker(options: {
  channel: Channel;
  slots: number;
  pid: number;
  exit: (code: number) => void;
}): void {
  const { channel, slots, pid, exit } = options;
  const outbox: Outbox = createOutbox(channel, {
    fill: () => deltas.collect(),
    resumed: () => outbox.schedule(),
  });
  const deltas: DeltaStreams = createDeltaStreams(
    () => outbox,
    () => performance.now(),
  );
  const attempts = createAttempts({ slots, outbox, deltas, ended: () => leaveWhenDrained() });
  const vitals = createVitals();
  let step: 'serving' | 'draining' | 'leaving' = 'serving';

  const leaveWhenDrained = (): void => {
    if (step !== 'draining' || attempts.running > 0) return;
    step = 'leaving';
    outbox.push({ type: 'drained' });
    outbox.drain(() => exit(0));
  };

  const handle = (message: EngineToWorker): void => {
    switch (message.type) {
      case 'run':
        attempts.run(message);
        break;
      case 'cancel':
        attempts.cancel(message);
        break;
      case 'heartbeat':
        outbox.push({ type: 'heartbeat', seq: message.seq, stats: vitals.take(attempts.running) });
        break;
      case 'drain':
        step = 'draining';
        leaveWhenDrained();
        break;
      case 'inspect-provider':
        void inspectProvider(message).then((report) => outbox.push(report));
        break;
      case 'find-servers':
        void findServers(message).then((report) => outbox.push(report));
        break;
      default:
        message satisfies never;
    }
  };

  channel.onMessages((messages) => {
    for (const message of messages) {
      if (step === 'leaving') return;
      handle(message);
    }
  });
  channel.onClosed(() => {
    attempts.abortAll();
    exit(0);
  });
  outbox.push({ type: 'ready', pid, slots });
}
