/** What the page may load, run and reach, in a browser and in the desktop's windows. */

/**
 * Everything comes from this server and nothing is run, or used as a style, that is not a file of it. So are images and
 * fonts: model output must not be able to call home. The one frame is that of the diagrams.
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  // `blob:`: pictures that the page itself has made, as those of diagrams.
  "img-src 'self' blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "frame-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The page's file in which diagrams are drawn; all of it is in that file. */
export const diagramFrame = '/diagram.html';

/**
 * A diagram is a program that a model wrote, for a large library: it runs in an origin of its own, which has no cookie and
 * no storage, and reaches nothing, not even this server. `sandbox` holds also where the file is opened by itself.
 */
export const diagramFramePolicy = [
  "default-src 'none'",
  "script-src 'unsafe-inline'",
  "style-src 'unsafe-inline'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
  'sandbox allow-scripts',
].join('; ');
