// `npm test`: everything. `npm test -- <vitest arguments>`: only those tests, on a current build.
import { CHROMIUM_MISSING, findChromium, installChromium } from './setup/chromium.mjs';
import { build, directions, format, lint, tests, types } from './setup/checks.mjs';
import { runMain } from './setup/project.mjs';
import { run, tool } from './setup/run.mjs';
import { runSections } from './setup/sections.mjs';
import { setUp } from './setup/set-up.mjs';
import { prepareXvfb } from './setup/xvfb.mjs';

await runMain(async () => {
  const chosen = process.argv.slice(2);
  await setUp({ built: chosen.length > 0, desktop: chosen.length > 0 });

  const chromium = findChromium() ?? (await installChromium());
  if (chromium === undefined) process.stderr.write(`${CHROMIUM_MISSING} They will fail.\n`);
  else process.env['CHROMIUM_PATH'] = chromium;

  if (chosen.length === 0) await prepareXvfb();
  if (chosen.length > 0) return run(...tool('vitest/vitest.mjs', ['run', ...chosen]));
  return runSections([types, lint, format, directions, build, tests]);
});
