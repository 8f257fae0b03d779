/**
 * Who is spoken to. A web page that somebody visits can make the browser send requests to 127.0.0.1, under a name that its
 * owner controls (DNS rebinding) or across origins. So a request must name this server in `Host`, and must come from no
 * page (a script) or from our own page.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

export interface AccessOptions {
  /** The address listened on, as the flag gave it. */
  host: string;
  port: number;
  /** `name` or `name:port`. */
  allowedHosts: readonly string[];
}

/** Undefined: fine. Else the words for the refusal. `isLink`: a link to the page may be followed from anywhere. */
export type AccessCheck = (headers: IncomingHttpHeaders, isLink: boolean) => string | undefined;

const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]']);

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/u.test(host);
}

export function createAccessCheck({ host, port, allowedHosts }: AccessOptions): AccessCheck {
  const configured = new Set(allowedHosts.map((name) => name.toLowerCase()));
  const bound = (isIP(host) === 6 ? `[${host}]` : host).toLowerCase();

  function isOurs(header: string): boolean {
    if (configured.has(header)) return true;
    const [, name = '', portText = '80'] = /^(\[[0-9a-f:.]+\]|[^:]+)(?::(\d{1,5}))?$/u.exec(header) ?? [];
    if (configured.has(name)) return true;
    if (Number(portText) !== port) return false;
    if (loopbackNames.has(name) || name === bound) return true;
    // Somebody who listens on all addresses is called by any of them. Rebinding needs a name, an address is safe.
    return !isLoopback(host) && isIP(name.replace(/^\[(.*)\]$/u, '$1')) !== 0;
  }

  return ({ host: header = '', origin, 'sec-fetch-site': site }, isLink) => {
    const name = header.toLowerCase();
    if (!isOurs(name)) {
      return (
        `This server does not answer to the name "${header.slice(0, 200)}". Open the link that was printed at start; ` +
        'if the name is right, start with --allow-host followed by it.'
      );
    }
    if (origin !== undefined && !isOrigin(origin, name)) return 'This server takes requests only from its own page.';
    // Browsers send no `Origin` with some requests, but always say where a request comes from.
    if (!isLink && (site === 'cross-site' || site === 'same-site')) {
      return 'This server takes requests only from its own page.';
    }
    return undefined;
  };
}

/** The page's own origin is the name it asked for. A proxy in front may speak https. */
function isOrigin(origin: string, hostHeader: string): boolean {
  if (!/^https?:\/\//u.test(origin) || !URL.canParse(origin) || !URL.canParse(`http://${hostHeader}`)) return false;
  const { host, protocol } = new URL(origin);
  return host === new URL(`${protocol}//${hostHeader}`).host;
}
