/** Files that the page hands out (exports, attachments, backups): saved where the user says, in the system's own dialog. */
import { join } from 'node:path';
import { app, dialog, type DownloadItem, type Session } from 'electron';
import type { Log } from '../../engine/ports.ts';
import { isPage } from './page-address.ts';
import type { Words } from './words.ts';

/** Nothing is saved that did not come from the page itself: not what a frame of it, or another site, has started. */
export function saveDownloads(session: Session, words: Words, log: Log): void {
  session.on('will-download', (event, item) => {
    if (!isOurs(item)) {
      event.preventDefault();
      log('warn', 'A download that the page has not started was refused.', { initiator: item.getInitiatorOrigin() });
      return;
    }
    const name = item.getFilename();
    // Without a title of its own the dialog shows the address, `blob:app://nightshift/…`.
    item.setSaveDialogOptions({ title: words.saveAs, defaultPath: join(app.getPath('downloads'), name) });
    item.once('done', (_event, state) => {
      // "cancelled": the user has thought better of it.
      if (state !== 'interrupted') return;
      log('error', 'A file could not be saved.', { file: item.getSavePath() });
      dialog.showErrorBox(words.notSaved(name), words.notSavedDetail);
    });
  });
}

function isOurs(item: DownloadItem): boolean {
  const initiator = item.getInitiatorOrigin();
  // None: the main process has started it for the page (guards.ts).
  return (initiator === '' || isPage(initiator)) && isPage(item.getURL().replace(/^blob:/u, ''));
}
