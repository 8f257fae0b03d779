/**
 * Where the page is: under an address of its own, or, while it is developed (`npm run desktop`), at the server from which
 * Vite brings changes into it.
 */

/** Put there by Electron Forge's Vite plugin; undefined in a build that is packaged. */
declare const MAIN_WINDOW_VITE_DEV_SERVER_URL: string | undefined;

export const scheme = 'app';
export const pageOrigin = `${scheme}://nightshift`;

const developmentServer =
  typeof MAIN_WINDOW_VITE_DEV_SERVER_URL === 'undefined' ? undefined : MAIN_WINDOW_VITE_DEV_SERVER_URL;

/** The file to load into a window. */
export function pageAddress(server: string | undefined = developmentServer): string {
  return new URL('/index.html', server ?? pageOrigin).href;
}

/** Whether an address is one of the page's own; with a development server only one of that server is. */
export function isPage(address: string, server: string | undefined = developmentServer): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, host, origin } = new URL(address);
  // `origin` is "null" for schemes that Node does not know.
  if (server !== undefined) return origin === new URL(server).origin;
  return protocol === `${scheme}:` && host === 'nightshift';
}

/** Whether an address is that of the page's document, and not of one of its files. */
export function isDocument(address: string, server: string | undefined = developmentServer): boolean {
  return isPage(address, server) && ['/', '/index.html'].includes(new URL(address).pathname);
}
