/** A machine that goes to sleep, and wakes up hours later. */
import { powerMonitor } from 'electron';
import type { Log } from '../../engine/ports.ts';

export interface PowerOptions {
  /** Starts nothing new. What runs goes on while the machine lets it; cut off, it is retried. */
  rest(): void;
  /** Looks at what became due meanwhile, and starts again. */
  wake(): void;
  log: Log;
}

export function followPower({ rest, wake, log }: PowerOptions): void {
  powerMonitor.on('suspend', () => {
    log('info', 'The machine goes to sleep: nothing new is started.');
    rest();
  });
  powerMonitor.on('resume', () => {
    log('info', 'The machine is awake again.');
    wake();
  });
}
