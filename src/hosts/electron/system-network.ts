/** What the desktop knows of the network that a server does not: the system's proxy and its certificates. */
import type { Session } from 'electron';

/** Any provider's address: proxies that differ by host are set in the settings. */
const probe = 'https://api.openai.com/';

/**
 * The environment for workers: the system's proxy where the process has none of its own, and the system's store of
 * certificates beside Node's.
 */
export async function environmentWithSystem(
  session: Pick<Session, 'resolveProxy'>,
  env: NodeJS.ProcessEnv,
): Promise<NodeJS.ProcessEnv> {
  const proxy = proxyIn(await session.resolveProxy(probe));
  const hasOwn = Object.keys(env).some((name) => /^https?_proxy$/iu.test(name));
  return {
    NODE_USE_SYSTEM_CA: '1',
    ...(proxy === undefined || hasOwn ? {} : { HTTP_PROXY: proxy, HTTPS_PROXY: proxy }),
    ...env,
  };
}

/** The first way that Node's fetch can go, of an answer such as `PROXY one:3128; DIRECT`. SOCKS it cannot. */
export function proxyIn(answer: string): string | undefined {
  for (const way of answer.split(';').map((part) => part.trim())) {
    if (way === 'DIRECT') return undefined;
    const found = /^(PROXY|HTTPS)\s+(\S+)$/u.exec(way);
    if (found !== null) return `${found[1] === 'HTTPS' ? 'https' : 'http'}://${found[2]}`;
  }
  return undefined;
}
