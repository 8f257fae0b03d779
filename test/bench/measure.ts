/** The process of one measurement: `measure.ts --name enqueue --folder DIR [--quick]`, with an IPC channel for its figures. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { inspect, parseArgs } from 'node:util';
import type { MeasurementMessage } from './measurement.ts';
import { measurements } from './measurements.ts';

const { values } = parseArgs({
  options: { name: { type: 'string' }, folder: { type: 'string' }, quick: { type: 'boolean', default: false } },
});
const { name, folder: base, quick } = values;
const measurement = measurements.find((one) => one.name === name);
if (measurement === undefined || base === undefined) throw new Error('started by main.ts, not by hand');

const tell = (message: MeasurementMessage): Promise<void> =>
  new Promise((resolve) => {
    if (process.send === undefined) resolve();
    else process.send(message, undefined, undefined, () => resolve());
  });

/** Nobody waits for the figures any more: the workers end with this process. */
const onAbandoned = (): void => process.exit(1);
process.on('disconnect', onAbandoned);

try {
  await measurement.run({
    quick,
    folder: () => mkdtempSync(join(base, 'data-')),
    removeFolder: (path) => rmSync(path, { recursive: true, force: true }),
    note: (line) => void tell({ type: 'note', line }),
    report: (...figures) => void tell({ type: 'figures', figures }),
  });
} catch (error) {
  process.exitCode = 1;
  await tell({ type: 'error', text: inspect(error) });
}
process.off('disconnect', onAbandoned);
process.disconnect?.();
