/** The desktop's entry: one instance, one engine, as many windows as one likes. */
import { join } from 'node:path';
import { app, crashReporter, dialog } from 'electron';
import { realClock } from '../common/clock.ts';
import { createLog } from '../common/log.ts';
import { followLinks, addressOf, linkIn } from './deep-links.ts';
import { startDesktop, type Desktop } from './desktop.ts';
import { guardContents } from './guards.ts';
import { openLogFiles } from './log-files.ts';
import { registerPageScheme } from './page-protocol.ts';
import { findDesktopPaths, foldersOf } from './paths.ts';
import { moveProfile } from './profile.ts';
import { followUpdates } from './updates.ts';
import { wordsFor } from './words.ts';

registerPageScheme();
app.enableSandbox();
moveProfile(process.env['NIGHTSHIFT_PROFILE']);

if (app.requestSingleInstanceLock()) void run();
// The instance that runs already hears of this start, with its arguments, and shows itself.
else app.quit();

async function run(): Promise<void> {
  let desktop: Desktop | undefined;
  let wanted: string | undefined = addressOf(linkIn(process.argv) ?? '');
  followLinks((address) => {
    if (desktop === undefined) wanted = address ?? wanted;
    else desktop.show(address);
  });

  const files = openLogFiles(app.getPath('logs'));
  const verbose = process.env['NIGHTSHIFT_VERBOSE'] === '1';
  const log = createLog({
    format: 'text',
    verbose,
    now: realClock.now,
    write(line) {
      files.write(line);
      if (verbose || !app.isPackaged) process.stderr.write(line);
    },
  });
  // Dumps of native crashes stay on this machine, beside the logs.
  app.setPath('crashDumps', join(files.folder, 'crashes'));
  crashReporter.start({ uploadToServer: false });
  guardContents(log);

  await app.whenReady();
  const words = wordsFor(app.getLocale());
  process.on('uncaughtException', (error) => {
    log('error', 'Nightshift hit a defect and ends. Nothing acknowledged is lost; start it again.', { error });
    dialog.showErrorBox(words.crashed, `${words.crashedDetail}\n${files.folder}`);
    app.exit(1);
  });
  try {
    desktop = await startDesktop({
      folder: app.getPath('userData'),
      paths: findDesktopPaths(
        foldersOf({
          build: import.meta.dirname,
          isPackaged: app.isPackaged,
          resources: process.resourcesPath,
          checkout: app.getAppPath(),
        }),
      ),
      logFolder: files.folder,
      log,
      words,
      address: wanted,
    });
    log('info', 'Nightshift is ready.', { version: app.getVersion(), pid: process.pid });
  } catch (error) {
    log('error', 'Nightshift could not start.', { error });
    dialog.showErrorBox(words.startFailed, error instanceof Error ? error.message : String(error));
    app.exit(1);
    return;
  }
  followUpdates(process.env['NIGHTSHIFT_UPDATE_FEED'], words, log);
}
