/** What the page may load, run and reach, in a browser and in the desktop's windows. */

/**
 * Everything comes from this server and nothing is run, or used as a style, that is not a file of it. So are images and
 * fonts: model output must not be able to call home.
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
