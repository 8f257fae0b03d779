/** Where Ollama and LM Studio are looked for: at their usual ports, or where the environment says that they listen here. */
import type { LocalAddress } from '../../protocol/provider.ts';
import { usualLocalServers } from '../../engine/provider-trials.ts';

/** Ollama's own variable, and one for LM Studio, which has none: `host:port`, `:port` or a URL. Other machines are not asked. */
const variables = { ollama: 'OLLAMA_HOST', 'lm-studio': 'LM_STUDIO_HOST' } as const;

export function localServers(env: NodeJS.ProcessEnv): LocalAddress[] {
  return usualLocalServers.map((usual) => {
    const port = portHere(env[variables[usual.software]]);
    return port === undefined ? usual : { ...usual, origin: `http://127.0.0.1:${port}` };
  });
}

/** Undefined for an address on another machine, and for one that names no port. */
function portHere(value: string | undefined): number | undefined {
  const text = value?.trim() ?? '';
  const url = URL.parse(text.includes('://') ? text : `http://${text.startsWith(':') ? `0.0.0.0${text}` : text}`);
  if (url === null || url.port === '') return undefined;
  return ['127.0.0.1', 'localhost', '0.0.0.0', '[::1]', '[::]'].includes(url.hostname) ? Number(url.port) : undefined;
}
