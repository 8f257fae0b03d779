/**
 * What a window may not do, whatever its page says: leave the page, open windows, use devices, be attached to a webview.
 * Electron grants permissions by default; here all are denied but two to the page itself: notifications, and putting text
 * on the clipboard after a click, which every browser lets every page do and the copy buttons need.
 */
import { app, type Session, shell, type WebContents } from 'electron';
import type { Log } from '../../engine/ports.ts';
import { isDocument, isPage } from './page-address.ts';

const granted: ReadonlySet<string> = new Set(['notifications', 'clipboard-sanitized-write']);

/** For every web contents of the app, also those that nobody has thought of. Before the first window. */
export function guardContents(log: Log): void {
  app.on('web-contents-created', (_event, contents) => guard(contents, log));
}

export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, decide, { requestingUrl }) => {
    decide(granted.has(permission) && isPage(requestingUrl));
  });
  session.setPermissionCheckHandler((_contents, permission, origin) => granted.has(permission) && isPage(origin));
  session.setDevicePermissionHandler(() => false);
}

function guard(contents: WebContents, log: Log): void {
  contents.on('will-navigate', (event) => {
    if (isDocument(event.url)) return;
    event.preventDefault();
    // A file of the page's (an attachment, a backup) is saved; it never takes the page's place.
    if (isPage(event.url)) contents.downloadURL(event.url);
    else log('warn', 'A window was kept from leaving the page.', { url: originOf(event.url) });
  });
  contents.on('will-redirect', (event) => {
    if (!isDocument(event.url)) event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    // The page has asked the user before (src/renderer/messages/external-link.tsx).
    if (isWebOrMail(url)) void shell.openExternal(url);
    else log('warn', 'A window was not opened.', { url: originOf(url) });
    return { action: 'deny' };
  });
}

function isWebOrMail(url: string): boolean {
  return URL.canParse(url) && ['https:', 'http:', 'mailto:'].includes(new URL(url).protocol);
}

/** A query may hold what nobody wants in a log. */
function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : 'not an address';
}
