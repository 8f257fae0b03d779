/** The few messages between a window's preload and the main process; all else goes over the page's own port. */

/** Page to main: it wants a (new) port. */
export const connectChannel = 'nightshift:connect';
/** Main to page: here it is; the port is transferred. */
export const portChannel = 'nightshift:port';
/** Main to page: show this address (what stands behind `#`). */
export const showChannel = 'nightshift:show';
