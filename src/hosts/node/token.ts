/** The token that opens this installation, and the two forms in which a client shows it: itself, or a cookie made of it. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import { StartError } from '../common/exit-codes.ts';
import { readPrivateFile, writePrivateFile } from '../common/private-file.ts';

/** Any visible ASCII, so that it fits a header; 43 characters (256 bits) when it is ours. */
const tokenShape = /^[\x21-\x7e]{1,500}$/;

/** From `NIGHTSHIFT_TOKEN`, else from the file `token` in the data folder, which is made when missing. */
export function loadToken(folder: string, env: NodeJS.ProcessEnv): string {
  const given = env['NIGHTSHIFT_TOKEN']?.trim();
  if (given !== undefined && given !== '') {
    if (tokenShape.test(given)) return given;
    throw new StartError('usage', 'NIGHTSHIFT_TOKEN must be 1 to 500 visible ASCII characters without spaces.');
  }
  const path = join(folder, 'token');
  const kept = readPrivateFile(path)?.trim();
  if (kept !== undefined) {
    if (tokenShape.test(kept)) return kept;
    throw new StartError(
      'private-file',
      `${path} is damaged. Delete it: the next start makes a new token and prints a new link.`,
    );
  }
  const token = randomBytes(32).toString('base64url');
  writePrivateFile(path, `${token}\n`);
  return token;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest();

export interface Gatekeeper {
  /** Whether this is the token. Takes the same time for every wrong one. */
  isToken(given: string): boolean;
  /** Whether a request shows the token (`Authorization: Bearer …`) or the cookie. */
  admits(headers: { authorization?: string | undefined; cookie?: string | undefined }): boolean;
  /** The value of `Set-Cookie` that the token is exchanged for. */
  readonly setCookie: string;
}

/** `port` makes the cookie's name: cookies do not know ports, and two instances may run on one machine. */
export function createGatekeeper(token: string, port: number): Gatekeeper {
  const cookieName = `nightshift_${port}`;
  // Not the token itself: what a browser stores does not open the API to a script.
  const cookieValue = sha256(`nightshift cookie ${token}`).toString('base64url');
  const tokenHash = sha256(token);
  const cookieHash = sha256(cookieValue);

  return {
    isToken: (given) => timingSafeEqual(sha256(given), tokenHash),
    admits({ authorization, cookie }) {
      const bearer = /^Bearer +(\S+)$/iu.exec(authorization ?? '')?.[1];
      if (bearer !== undefined && timingSafeEqual(sha256(bearer), tokenHash)) return true;
      return cookiesNamed(cookieName, cookie).some((value) => timingSafeEqual(sha256(value), cookieHash));
    },
    setCookie: `${cookieName}=${cookieValue}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${365 * 86_400}`,
  };
}

function cookiesNamed(name: string, header = ''): string[] {
  return header
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
}
