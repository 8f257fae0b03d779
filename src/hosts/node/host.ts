/** The headless host put together: data folder, engine, worker processes, server. */
import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { openStore } from '../../../db/open.ts';
import { startRefusal } from '../../../db/storage-fault.ts';
import { openSideThread } from '../../../db/side-thread/side-thread.ts';
import { createApi } from '../../api/serve.ts';
import { createEngine, type EngineOptions } from '../../engine/engine.ts';
import type { Log } from '../../engine/ports.ts';
import { createIds } from '../../engine/ulid.ts';
import { createBackupCopy } from './backup-copy.ts';
import { createChildProcessWorkerHost } from './child-process-worker-host.ts';
import { realClock } from '../common/clock.ts';
import { openDataFolder } from '../common/data-folder.ts';
import type { HostFlags } from './flags.ts';
import type { InspectServer } from './inspect-server.ts';
import { findPaths } from './paths.ts';
import { localServers } from '../common/local-servers.ts';
import { openSecrets } from './secrets.ts';
import { startServer } from './server.ts';
import { createSystemMeter } from '../common/system-meter.ts';
import { loadToken } from './token.ts';
import { createWorkerNetwork } from '../common/worker-network.ts';

/** Pages are told to come back later, and given this long to hear it, in milliseconds. */
const farewellMs = 500;

export interface Host {
  readonly port: number;
  /** Opens the page; holds the token. */
  readonly link: string;
  /** Where the Stately Inspector's events are; null: it was not asked for. */
  readonly inspectUrl: string | null;
  /**
   * Lets running jobs go on for at most `drainMs`, sends the rest back to the queue, closes everything. A second call
   * with a shorter time shortens it; all calls resolve together.
   */
  stop(options: { drainMs: number }): Promise<void>;
}

export interface HostOptions {
  flags: HostFlags;
  env: NodeJS.ProcessEnv;
  log: Log;
  version: string;
  /** In place of the host's own: for who embeds it with other workers, or with other limits for them. */
  engine?: EngineParts;
}

export type EngineParts = Partial<Pick<EngineOptions, 'workerHost' | 'supervisorTimings' | 'workerLimits'>>;

/** Throws `StartError` or `StoreError` when it cannot be; what was opened is closed again. */
export async function startHost({ flags, env, log, version, engine: parts }: HostOptions): Promise<Host> {
  const startedAt = performance.now();
  const paths = findPaths(import.meta.filename);
  // First of all: it takes the lease, so that two instances do not touch each other's token and keys.
  const store = openStore({ folder: flags.dataDir, migrationsFolder: paths.migrations });
  const history = openSideThread({
    store,
    entry: paths.sideThread,
    after: realClock.after,
    warn: (message, fields) => log('warn', message, fields),
  });
  try {
    const network = createWorkerNetwork(flags.dataDir, env);
    const dataFolder = openDataFolder({
      folder: flags.dataDir,
      file: store.file,
      copy: createBackupCopy(paths.backup),
      now: realClock.now,
    });
    const engine = createEngine({
      store,
      history,
      workerHost: createChildProcessWorkerHost({ entry: paths.worker, env: network.environmentOfWorkers, log }),
      clock: realClock,
      ids: createIds({ clock: realClock, randomBytes, after: store.newestUlid() }),
      random: Math.random,
      secrets: openSecrets(flags.dataDir, env),
      system: createSystemMeter(),
      workerNetwork: network,
      dataFolder,
      localServers: localServers(env),
      baseUrls: { openai: env['OPENAI_BASE_URL'], anthropic: env['ANTHROPIC_BASE_URL'] },
      log,
      ...parts,
    });
    const token = loadToken(flags.dataDir, env);
    const server = await startServer({
      api: createApi({ engine, log }),
      log,
      host: flags.host,
      port: flags.port,
      allowedHosts: flags.allowedHosts,
      token,
      pageFolder: paths.page,
      attachments: (id) => engine.attachments.open(id),
      backups: dataFolder.backups,
      health() {
        const { status, reason } = engine.health();
        const uptime = Math.round((performance.now() - startedAt) / 100) / 10;
        return { ready: status === 'ok', body: { status, reason, version, uptime } };
      },
    });
    let inspector: InspectServer | undefined;
    try {
      // Only then: what it needs is not loaded by a start that does not want it.
      if (flags.inspectPort !== null) {
        const { startInspectServer } = await import('./inspect-server.ts');
        inspector = await startInspectServer({ engine, port: flags.inspectPort });
      }
      await engine.start();
    } catch (error) {
      await inspector?.close();
      await server.close(0);
      throw error;
    }

    let stopping: Promise<void> | undefined;
    return {
      port: server.port,
      inspectUrl: inspector?.url ?? null,
      link: `http://${linkHost(flags.host)}:${server.port}/?token=${encodeURIComponent(token)}`,
      stop({ drainMs }) {
        const drained = engine.stop({ drainMs });
        return (stopping ??= drained.then(async () => {
          await inspector?.close();
          await server.close(farewellMs);
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

/** The name for the link: "all addresses" is not one that a browser can open. */
function linkHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return isIP(host) === 6 ? `[${host}]` : host;
}
