/** Which module speaks to which kind of provider. The SDKs are loaded at their first use: a worker is ready without them. */
import type { ProviderKind } from '../../protocol/provider.ts';
import { demo } from './demo.ts';
import type { Provider } from './provider.ts';

const loaded = new Map<ProviderKind, Provider>([['demo', demo]]);

/** The provider module of a kind; at once when it has been used before. */
export function providerOf(kind: ProviderKind): Provider | Promise<Provider> {
  return loaded.get(kind) ?? load(kind);
}

async function load(kind: ProviderKind): Promise<Provider> {
  const provider = await moduleOf(kind);
  loaded.set(kind, provider);
  return provider;
}

async function moduleOf(kind: ProviderKind): Promise<Provider> {
  switch (kind) {
    case 'openai':
    case 'openai-compatible':
      return (await import('./openai.ts')).openai;
    case 'anthropic':
      return (await import('./anthropic.ts')).anthropic;
    case 'demo':
      return demo;
    default:
      return kind satisfies never;
  }
}
