/** The data folder as the API offers it: sizes, backups, and the check of every page. */
import type { DataView } from '../protocol/data.ts';
import { EngineError } from './errors.ts';
import type { Health } from './health.ts';
import type { DataFolder } from './ports.ts';
import type { EngineService } from './service.ts';

export interface DataOptions {
  health: Health;
  /** Undefined: this host keeps its database where nothing else is kept. */
  folder: DataFolder | undefined;
}

export function createData({ health, folder }: DataOptions): EngineService['data'] {
  let backingUp: Promise<DataView> | undefined;

  const present = (): DataFolder => {
    if (folder !== undefined) return folder;
    throw new EngineError('UNAVAILABLE', 'This host has no data folder to show.');
  };
  const view = (): DataView => ({
    folder: present().path,
    ...present().sizes(),
    integrity: health.integrity,
    backups: present().backups(),
    backingUp: backingUp !== undefined,
  });

  const backUp = async (): Promise<DataView> => {
    try {
      await present().backUp();
    } catch (error) {
      // In the words of the process that made it: what happened, and what to do.
      throw new EngineError('UNAVAILABLE', error instanceof Error ? error.message : String(error), { cause: error });
    } finally {
      backingUp = undefined;
    }
    return view();
  };

  return {
    get: async () => view(),
    // One at a time: whoever asks meanwhile is told of the same.
    backUp: () => (backingUp ??= backUp()),
    removeBackup: async ({ name }) => {
      if (
        !present()
          .backups()
          .some((backup) => backup.name === name)
      ) {
        throw new EngineError('NOT_FOUND', `There is no backup ${name} (any more).`);
      }
      await present().removeBackup(name);
      return view();
    },
    check: async () => {
      present();
      await health.check();
      return view();
    },
  };
}
