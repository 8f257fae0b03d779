/** How this host's worker processes reach the network: the environment they are started with, and what is set instead. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkerNetwork } from '../../engine/ports.ts';
import { writePrivateFile } from './private-file.ts';
import { workerEnvironment } from './worker-environment.ts';

export interface HostNetwork extends WorkerNetwork {
  /** For a process that is started now. */
  environmentOfWorkers(): NodeJS.ProcessEnv;
}

const proxyNames = new Set(['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'NODE_USE_ENV_PROXY']);

/** Certificates that are set here are kept in `folder`, as a file of their own that Node reads when a worker starts. */
export function createWorkerNetwork(folder: string, env: NodeJS.ProcessEnv): HostNetwork {
  const file = join(folder, 'authorities.pem');
  let proxy: Parameters<WorkerNetwork['useProxy']>[0] = 'as-started';

  function environmentOfWorkers(): NodeJS.ProcessEnv {
    const own = existsSync(file) ? { NODE_EXTRA_CA_CERTS: file } : {};
    return workerEnvironment({ ...withProxy(env, proxy), ...own });
  }

  return {
    environment: {
      proxy: lookUp(env, 'HTTPS_PROXY') ?? lookUp(env, 'HTTP_PROXY'),
      bypass: lookUp(env, 'NO_PROXY'),
      authorityFile: lookUp(env, 'NODE_EXTRA_CA_CERTS'),
    },
    useProxy(next) {
      proxy = next;
    },
    authorities: () => (existsSync(file) ? readFileSync(file, 'utf8') : undefined),
    keepAuthorities(pem) {
      if (pem === undefined) rmSync(file, { force: true });
      else writePrivateFile(file, pem);
    },
    environmentOfWorkers,
  };
}

function withProxy(env: NodeJS.ProcessEnv, proxy: Parameters<WorkerNetwork['useProxy']>[0]): NodeJS.ProcessEnv {
  if (proxy === 'as-started') return env;
  const rest = Object.fromEntries(Object.entries(env).filter(([name]) => !proxyNames.has(name.toUpperCase())));
  if (proxy === 'none') return rest;
  const bypass = proxy.bypass === '' ? {} : { NO_PROXY: proxy.bypass };
  return { ...rest, HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url, ...bypass };
}

/** Names are compared without case, and an empty value is none. */
function lookUp(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const found = Object.entries(env).find(([key, value]) => key.toUpperCase() === name && value !== '');
  return found?.[1];
}
