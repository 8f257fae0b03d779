import { globSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { offences, productFolders } from './directions.ts';

const root = join(import.meta.dirname, '..', '..');

const sources = productFolders
  .flatMap((folder) => globSync(`${folder}/**/*.{ts,tsx,mts,cts,js,mjs,cjs,jsx}`, { cwd: root }))
  .map((file) => file.split(sep).join('/'));

describe('import directions', () => {
  it('finds sources in every product folder', () => {
    for (const folder of productFolders) expect(sources.some((file) => file.startsWith(`${folder}/`))).toBe(true);
  });

  it('hold in the whole tree', () => {
    expect(sources.flatMap((file) => offences(file, readFileSync(join(root, file), 'utf8')))).toEqual([]);
  });

  it.each([
    ['machines/job.machine.ts', `import { assign } from 'xstate'; import type { Lane } from '../src/protocol/job.ts';`],
    ['machines/job.machine.ts', `export type { Lane } from '../src/protocol/job.ts';`],
    ['machines/job.machine.ts', `import { type Lane, type JobState } from '../src/protocol/job.ts';`],
    ['db/open.ts', `import Database from 'better-sqlite3'; import { drizzle } from 'drizzle-orm/better-sqlite3';`],
    [
      'db/jobs/claim.ts',
      `import { step } from '../../machines/step.ts'; import { Lane } from '../../src/protocol/job.ts';`,
    ],
    ['src/engine/engine.ts', `import { open } from '../../db/open.ts'; import { randomUUID } from 'node:crypto';`],
    [
      'src/api/router.ts',
      `import { EngineError } from '../engine/errors.ts'; import * as api from '../protocol/api.ts';`,
    ],
    [
      'src/worker/providers/openai.ts',
      `import OpenAI from 'openai'; import { LlmRequest } from '../../protocol/request.ts';`,
    ],
    ['src/hosts/node/main.ts', `import { createEngine } from '../../engine/engine.ts';`],
    ['src/hosts/node/main.ts', `import manifest from '../../../package.json' with { type: 'json' };`],
    ['src/hosts/electron/main.ts', `import { app } from 'electron';`],
    ['src/renderer/main.tsx', `import type { AppRouter } from '../api/router.ts'; import './styles.css';`],
    ['src/renderer/list.tsx', `type Job = import('../protocol/views.ts').JobView; import { useState } from 'react';`],
    [
      'src/engine/words.ts',
      `// import x from '../api/router.ts'\nexport const text = "import x from '../api/router.ts'";`,
    ],
  ])('allow in %s: %s', (file, source) => {
    expect(offences(file, source)).toEqual([]);
  });

  it.each([
    ['machines/job.machine.ts', `import { Lane } from '../src/protocol/job.ts';`, 'only types of src/protocol'],
    [
      'machines/job.machine.ts',
      `import { type Lane, JobState } from '../src/protocol/job.ts';`,
      'only types of src/protocol',
    ],
    ['machines/job.machine.ts', `export { Lane } from '../src/protocol/job.ts';`, 'only types of src/protocol'],
    ['machines/job.machine.ts', `export * from '../src/protocol/job.ts';`, 'only types of src/protocol'],
    ['machines/job.machine.ts', `import '../src/protocol/job.ts';`, 'only types of src/protocol'],
    ['machines/job.machine.ts', `import type { JobRow } from '../db/jobs/job-row.ts';`, 'must not import db'],
    ['machines/policy/backoff.ts', `import { randomInt } from 'node:crypto';`, "without Node's modules"],
    ['machines/policy/backoff.ts', `import { randomInt } from 'crypto';`, "without Node's modules"],
    ['src/protocol/ids.ts', `import { readFileSync } from 'node:fs';`, "without Node's modules"],
    ['src/protocol/ids.ts', `import type { Engine } from '../engine/service.ts';`, 'must not import src/engine'],
    ['db/open.ts', `import { createEngine } from '../src/engine/engine.ts';`, 'must not import src/engine'],
    ['src/engine/engine.ts', `import type { AppRouter } from '../api/router.ts';`, 'must not import src/api'],
    ['src/engine/engine.ts', `import Database from 'better-sqlite3';`, 'only under db'],
    ['src/engine/engine.ts', `import { eq } from 'drizzle-orm';`, 'only under db'],
    ['src/engine/engine.ts', `const sdk = await import('openai');`, 'only under src/worker'],
    ['src/api/router.ts', `import { jobs } from '../../db/jobs/job.repository.ts';`, 'must not import db'],
    ['src/api/router.ts', `import Anthropic from '@anthropic-ai/sdk/core';`, 'only under src/worker'],
    ['src/worker/main.ts', `import { backoff } from '../../machines/policy/backoff.ts';`, 'must not import machines'],
    ['src/worker/main.ts', `export { x } from '../hosts/node/main.ts';`, 'must not import src/hosts/node'],
    ['src/worker/main.ts', `const part = './attempts.ts'; await import(part);`, 'computed'],
    ['src/hosts/node/main.ts', `import { app } from 'electron';`, 'only under src/hosts/electron'],
    ['src/hosts/node/main.ts', `import { main } from '../electron/main.ts';`, 'must not import src/hosts/electron'],
    ['src/hosts/node/main.ts', `import { fixture } from '../../../test/support/fixture.ts';`, 'must not reach outside'],
    [
      'src/engine/engine.ts',
      `import manifest from '../../package.json' with { type: 'json' };`,
      'must not reach outside',
    ],
    ['src/hosts/node/main.ts', `import { App } from '../../renderer/app.tsx';`, 'must not import src/renderer'],
    ['src/renderer/app.tsx', `import { Lane } from '../protocol/job.ts';`, 'only types of src/protocol'],
    ['src/renderer/app.tsx', `import { appRouter } from '../api/router.ts';`, 'only types of src/api'],
    ['src/renderer/app.tsx', `import type { Engine } from '../engine/service.ts';`, 'must not import src/engine'],
    ['src/renderer/app.tsx', `type Job = import('../../machines/job.machine.ts').Job;`, 'must not import machines'],
    ['src/renderer/app.tsx', `import { join } from 'node:path';`, "without Node's modules"],
    ['src/renderer/app.cjs', `const fs = require('fs');`, "without Node's modules"],
    ['src/renderer/app.tsx', `import { x } from '/src/engine/engine.ts';`, 'relative path'],
    ['src/tools/new.ts', `export {};`, 'no area'],
  ])('refuse in %s: %s', (file, source, reason) => {
    expect(offences(file, source)).toEqual([expect.stringContaining(reason)]);
  });

  it('name the file, the line and the import of an offender', () => {
    expect(offences('src/worker/main.ts', `\n\nimport { open } from '../../db/open.ts';`)).toEqual([
      'src/worker/main.ts:3 imports ../../db/open.ts: src/worker must not import db',
    ]);
  });
});
