/** The headless host put together: the service, behind a server that speaks HTTP. */
import { isIP } from 'node:net';
import type { Log } from '../../engine/ports.ts';
import { startService, type Door, type EngineParts, type ServiceParts } from '../common/service.ts';
import { createWorkerNetwork } from '../common/worker-network.ts';
import { createBackupCopy } from './backup-copy.ts';
import { createChildProcessWorkerHost } from './child-process-worker-host.ts';
import type { HostFlags } from './flags.ts';
import { findPaths } from './paths.ts';
import { openSecrets } from './secrets.ts';
import { startServer, type RunningServer } from './server.ts';
import { loadToken } from './token.ts';

export interface Host {
  readonly port: number;
  /** Opens the page; holds the token. */
  readonly link: string;
  /** Where the Stately Inspector's events are; null: it was not asked for. */
  readonly inspectUrl: string | null;
  /** See `Service`. */
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

/** Throws `StartError` or `StoreError` when it cannot be; what was opened is closed again. */
export async function startHost({ flags, env, log, version, engine = {} }: HostOptions): Promise<Host> {
  const startedAt = performance.now();
  const paths = findPaths(import.meta.filename);
  const network = createWorkerNetwork(flags.dataDir, env);
  const { door, stop } = await startService(
    {
      folder: flags.dataDir,
      paths,
      env,
      log,
      network,
      workerHost: createChildProcessWorkerHost({ entry: paths.worker, env: network.environmentOfWorkers, log }),
      copy: createBackupCopy(paths.backup),
      openSecrets: () => openSecrets(flags.dataDir, env),
      engine,
    },
    async (parts) => {
      const token = loadToken(flags.dataDir, env);
      const server = await startServer({
        api: parts.api,
        log,
        host: flags.host,
        port: flags.port,
        allowedHosts: flags.allowedHosts,
        token,
        pageFolder: paths.page,
        attachments: (id) => parts.engine.attachments.open(id),
        backups: parts.dataFolder.backups,
        health() {
          const { status, reason } = parts.engine.health();
          const uptime = Math.round((performance.now() - startedAt) / 100) / 10;
          return { ready: status === 'ok', body: { status, reason, version, uptime } };
        },
      });
      return { ...(await withInspector(server, parts, flags.inspectPort)), token };
    },
  );
  return {
    port: door.port,
    inspectUrl: door.inspectUrl,
    link: `http://${linkHost(flags.host)}:${door.port}/?token=${encodeURIComponent(door.token)}`,
    stop,
  };
}

interface HttpDoor extends Door {
  readonly port: number;
  readonly inspectUrl: string | null;
}

/** The server's door, with the inspector's beside it where one is asked for. */
async function withInspector(server: RunningServer, { engine }: ServiceParts, port: number | null): Promise<HttpDoor> {
  if (port === null) return { port: server.port, inspectUrl: null, close: (farewellMs) => server.close(farewellMs) };
  try {
    // Only then: what it needs is not loaded by a start that does not want it.
    const { startInspectServer } = await import('./inspect-server.ts');
    const inspector = await startInspectServer({ engine, port });
    return {
      port: server.port,
      inspectUrl: inspector.url,
      async close(farewellMs) {
        await inspector.close();
        await server.close(farewellMs);
      },
    };
  } catch (error) {
    await server.close(0);
    throw error;
  }
}

/** The name for the link: "all addresses" is not one that a browser can open. */
function linkHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return isIP(host) === 6 ? `[${host}]` : host;
}
