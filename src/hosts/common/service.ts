/** The service as every host runs it: data folder, engine, API, and a door that the host opens to pages. */
import { randomBytes } from 'node:crypto';
import { openStore } from '../../../db/open.ts';
import { openSideThread } from '../../../db/side-thread/side-thread.ts';
import { startRefusal } from '../../../db/storage-fault.ts';
import { createApi, type Api } from '../../api/serve.ts';
import { createEngine, type Engine } from '../../engine/engine.ts';
import type { EngineOptions } from '../../engine/engine-options.ts';
import type { DataFolder, Log, SecretStore, WorkerHost } from '../../engine/ports.ts';
import { createIds } from '../../engine/ulid.ts';
import { realClock } from './clock.ts';
import { openDataFolder } from './data-folder.ts';
import { localServers } from './local-servers.ts';
import { createSystemMeter } from './system-meter.ts';
import type { HostNetwork } from './worker-network.ts';

/** Pages are told to come back later, and given this long to hear it, in milliseconds. */
const farewellMs = 500;

export interface ServiceOptions {
  /** The data folder. */
  folder: string;
  /** Built modules and files, by path. */
  paths: { readonly migrations: string; readonly sideThread: string };
  env: NodeJS.ProcessEnv;
  log: Log;
  network: HostNetwork;
  workerHost: WorkerHost;
  /** Copies the database in a process of its own; see `DataFolderOptions`. */
  copy: (file: string, target: string) => Promise<void>;
  /** Opened when the lease on the data folder is held: two instances must not touch each other's keys. */
  openSecrets: () => SecretStore | Promise<SecretStore>;
  /** In place of the service's own. */
  engine?: EngineParts;
}

export type EngineParts = Partial<Pick<EngineOptions, 'workerHost' | 'supervisorTimings' | 'workerLimits'>>;

/** What a door leads to. */
export interface ServiceParts {
  readonly engine: Engine;
  readonly api: Api;
  readonly dataFolder: DataFolder;
}

/** How pages come in. */
export interface Door {
  /** Lets nobody in any more; who is in has `farewellMs` to hear it. */
  close(farewellMs: number): Promise<void>;
}

export interface Service<OpenDoor extends Door> {
  readonly engine: Engine;
  readonly door: OpenDoor;
  /**
   * Lets running jobs go on for at most `drainMs`, sends the rest back to the queue, closes everything. A second call
   * with a shorter time shortens it; all calls resolve together.
   */
  stop(options: { drainMs: number }): Promise<void>;
}

/**
 * Opens the data folder, then the door, then starts the engine: a door that cannot be opened costs no job an attempt.
 * Throws `StartError` or `StoreError` when it cannot be; what was opened is closed again.
 */
export async function startService<OpenDoor extends Door>(
  options: ServiceOptions,
  openDoor: (parts: ServiceParts) => OpenDoor | Promise<OpenDoor>,
): Promise<Service<OpenDoor>> {
  const { folder, paths, env, log, network, workerHost, copy } = options;
  // First of all: it takes the lease.
  const store = openStore({ folder, migrationsFolder: paths.migrations });
  const history = openSideThread({
    store,
    entry: paths.sideThread,
    after: realClock.after,
    warn: (message, fields) => log('warn', message, fields),
  });
  try {
    const dataFolder = openDataFolder({ folder, file: store.file, copy, now: realClock.now });
    const engine = createEngine({
      store,
      history,
      workerHost,
      clock: realClock,
      ids: createIds({ clock: realClock, randomBytes, after: store.newestUlid() }),
      random: Math.random,
      secrets: await options.openSecrets(),
      system: createSystemMeter(),
      workerNetwork: network,
      dataFolder,
      localServers: localServers(env),
      baseUrls: { openai: env['OPENAI_BASE_URL'], anthropic: env['ANTHROPIC_BASE_URL'] },
      log,
      ...options.engine,
    });
    const door = await openDoor({ engine, api: createApi({ engine, log }), dataFolder });
    try {
      await engine.start();
    } catch (error) {
      await door.close(0);
      throw error;
    }
    let stopping: Promise<void> | undefined;
    return {
      engine,
      door,
      stop({ drainMs }) {
        const drained = engine.stop({ drainMs });
        return (stopping ??= drained.then(async () => {
          await door.close(farewellMs);
          store.close();
        }));
      },
    };
  } catch (error) {
    await history.close();
    store.close();
    throw startRefusal(error, store.file);
  }
}
