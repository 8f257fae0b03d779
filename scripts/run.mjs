// Sets up and runs one file on Node 24, TypeScript included, with the arguments that follow:
// `node scripts/run.mjs [--built] <file> [arguments]`. `--built`: the file needs the current build in out/.
import { node24, runMain } from './setup/project.mjs';
import { run } from './setup/run.mjs';
import { setUp } from './setup/set-up.mjs';

await runMain(async () => {
  const given = process.argv.slice(2);
  const built = given[0] === '--built';
  await setUp({ built });
  return run(node24, built ? given.slice(1) : given);
});
