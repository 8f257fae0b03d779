/** The desktop's worker host, over the stand-in's utility processes, which are real processes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { app } from 'electron';
import { afterAll, beforeAll } from 'vitest';
import { workerEnvironment } from '../../src/hosts/common/worker-environment.ts';
import { createUtilityWorkerHost } from '../../src/hosts/electron/utility-worker-host.ts';
import { describeWorkerHost } from '../conformance/worker-host.ts';
import { settings } from '../support/electron/control.ts';

const entry = new URL('../../src/worker/main.ts', import.meta.url).pathname;
const parent = new URL('fixtures/parent.ts', import.meta.url).pathname;
const register = new URL('../support/electron/register.ts', import.meta.url).href;
const profile = mkdtempSync(join(tmpdir(), 'nightshift-parent-'));

beforeAll(() => app.whenReady());
afterAll(() => rmSync(profile, { recursive: true, force: true }));

describeWorkerHost('utilityProcess', {
  make: (options = {}) =>
    createUtilityWorkerHost({
      entry: options.entry ?? entry,
      env: () => workerEnvironment(process.env),
      ...(options.preload === undefined ? {} : { execArgv: ['--import', options.preload] }),
      ...(options.log === undefined ? {} : { log: options.log }),
    }),
  async startParent() {
    const child = spawn(process.execPath, ['--import', register, parent, entry], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, [settings.userData]: profile },
    });
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    const { workerPid } = JSON.parse(line) as { workerPid: number };
    return { parentPid: child.pid ?? 0, workerPid };
  },
});
