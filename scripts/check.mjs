// `npm run check`: types, lint and import directions; what an editor would show, for the whole tree.
import { directions, lint, types } from './setup/checks.mjs';
import { runMain } from './setup/project.mjs';
import { runSections } from './setup/sections.mjs';
import { setUp } from './setup/set-up.mjs';

await runMain(async () => {
  await setUp({ built: false });
  return runSections([types, lint, directions]);
});
