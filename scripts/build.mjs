// `npm run build`: what `npm start` would build, and nothing else. `-- --desktop`: also the desktop as its tests want it.
import { runMain } from './setup/project.mjs';
import { setUp } from './setup/set-up.mjs';

await runMain(async () => {
  await setUp({ built: true, desktop: process.argv.includes('--desktop') });
  process.stdout.write('out/ is current.\n');
  return 0;
});
