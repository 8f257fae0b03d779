// The checks that need no running service, each one a titled command. `npm run check` and `npm test` run them.
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
