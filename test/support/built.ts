/**
 * What tests start in processes and threads of their own: as it is built where that is current, else the source. Node strips
 * the types of a source at every start: the side thread then takes 430 ms of processor time instead of 55, a worker 200
 * instead of 60, and the tests start hundreds of them.
 */
import { staleParts } from '../../scripts/setup/build.mjs';
import { inProject } from '../../scripts/setup/project.mjs';

const stale = new Set(staleParts().map(({ name }) => name));

const entryOf = (part: string, built: string, source: string): string =>
  stale.has(part) ? inProject(source) : inProject('out', part, built);

export const workerEntry = entryOf('worker', 'worker.mjs', 'src/worker/main.ts');
export const sideThreadEntry = entryOf('host', 'side-thread.mjs', 'db/side-thread/thread.ts');
