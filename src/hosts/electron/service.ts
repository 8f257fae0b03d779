/** The engine inside Electron's main process: the same store, engine and API as the headless host, with its own workers. */
import { randomBytes } from 'node:crypto';
import { openSideThread } from '../../../db/side-thread/side-thread.ts';
import { openStore } from '../../../db/open.ts';
import { startRefusal } from '../../../db/storage-fault.ts';
import { createApi, type Api } from '../../api/serve.ts';
import { createEngine, type Engine } from '../../engine/engine.ts';
import type { DataFolder, Log, SecretStore, WorkerNetwork } from '../../engine/ports.ts';
import { createIds } from '../../engine/ulid.ts';
import { realClock } from '../common/clock.ts';
import { localServers } from '../common/local-servers.ts';
import { createSystemMeter } from '../common/system-meter.ts';
import type { DesktopPaths } from './paths.ts';
import { createUtilityWorkerHost } from './utility-worker-host.ts';

export interface ServiceOptions {
  folder: string;
  paths: DesktopPaths;
  secrets: SecretStore;
  network: WorkerNetwork & { environmentOfWorkers(): NodeJS.ProcessEnv };
  dataFolder: (file: string) => DataFolder;
  log: Log;
}

export interface Service {
  readonly engine: Engine;
  readonly api: Api;
  /** Lets running jobs go on for at most `drainMs`, sends the rest back to the queue, closes everything. */
  stop(options: { drainMs: number }): Promise<void>;
}

/** Throws `StoreError` when the folder cannot be used; what was opened is closed again. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { folder, paths, secrets, network, log } = options;
  const store = openStore({ folder, migrationsFolder: paths.migrations });
  const history = openSideThread({
    store,
    entry: paths.sideThread,
    after: realClock.after,
    warn: (message, fields) => log('warn', message, fields),
  });
  try {
    const engine = createEngine({
      store,
      history,
      workerHost: createUtilityWorkerHost({ entry: paths.worker, env: network.environmentOfWorkers, log }),
      clock: realClock,
      ids: createIds({ clock: realClock, randomBytes, after: store.newestUlid() }),
      random: Math.random,
      secrets,
      system: createSystemMeter(),
      workerNetwork: network,
      dataFolder: options.dataFolder(store.file),
      localServers: localServers(process.env),
      baseUrls: { openai: process.env['OPENAI_BASE_URL'], anthropic: process.env['ANTHROPIC_BASE_URL'] },
      log,
    });
    await engine.start();
    let stopping: Promise<void> | undefined;
    return {
      engine,
      api: createApi({ engine, log }),
      stop({ drainMs }) {
        const drained = engine.stop({ drainMs });
        return (stopping ??= drained.then(() => store.close()));
      },
    };
  } catch (error) {
    await history.close();
    store.close();
    throw startRefusal(error, store.file);
  }
}
