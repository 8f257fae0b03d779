// `npm run build`: what `npm start` would build, and nothing else.
import { runMain } from './setup/project.mjs';
import { setUp } from './setup/set-up.mjs';

await runMain(async () => {
  await setUp({ built: true });
  process.stdout.write('out/ is current.\n');
  return 0;
});
