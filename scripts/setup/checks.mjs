// What `npm run check` and `npm test` consist of, each one a titled command.
import { inProject, node24 } from './project.mjs';
import { tool } from './run.mjs';

/** @typedef {{ title: string, command: readonly [string, string[]] }} Check */

/** @type {Check} */
export const types = { title: 'types', command: tool('typescript/bin/tsc', ['--noEmit']) };

/** @type {Check} */
export const lint = { title: 'lint', command: tool('oxlint/bin/oxlint', []) };

/** @type {Check} */
export const format = { title: 'format', command: tool('oxfmt/bin/oxfmt', ['--check']) };

/** @type {Check} */
export const directions = {
  title: 'import directions',
  command: tool('vitest/vitest.mjs', ['run', '--project', 'directions']),
};

/** @type {Check} */
export const build = { title: 'build', command: [node24, [inProject('scripts', 'build.mjs'), '--desktop']] };

/** @type {Check} */
export const tests = {
  title: 'tests',
  command: tool('vitest/vitest.mjs', ['run', '--project', '!directions']),
};
