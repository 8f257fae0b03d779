/** Full-text search over messages and titles; the side thread does the work. */
import { SideThreadError } from '../../db/side-thread/side-thread-error.ts';
import { EngineError } from './errors.ts';
import type { Clock, JobHistory } from './ports.ts';
import type { EngineService } from './service.ts';

export function createSearchService(history: JobHistory, clock: Clock): EngineService['search'] {
  return {
    messages: (asked) =>
      history.search(asked, clock.now()).catch((error: unknown) => {
        if (error instanceof SideThreadError) throw new EngineError('UNAVAILABLE', error.message, { cause: error });
        throw error;
      }),
  };
}
