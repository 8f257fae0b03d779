/**
 * Well-known providers and their addresses, from their own documentation as of November 2026. All but the first two speak
 * OpenAI's protocol. Where the address holds a part that only the user knows, it is in capitals.
 */
import type { ProviderKind } from '../../protocol/provider.ts';

export interface Preset {
  /** The id that the provider is given, with a number behind it where that is taken. */
  readonly id: string;
  readonly name: string;
  readonly kind: ProviderKind;
  /** Null: the client's own. */
  readonly baseUrl: string | null;
  readonly needsKey: boolean;
  /** Where keys are made. */
  readonly keysAt?: string;
  /** Its list of models is for everybody: only a question proves that the key is good. This model is asked by default. */
  readonly asks?: string;
  /** The base URL has a part that has to be filled in. */
  readonly ownAddress?: boolean;
}

export const presets: readonly Preset[] = [
  {
    id: 'openai',
    name: 'OpenAI',
    kind: 'openai',
    baseUrl: null,
    needsKey: true,
    keysAt: 'https://platform.openai.com/api-keys',
  },
  {
    id: 'anthropic',
    name: 'Anthropic',
    kind: 'anthropic',
    baseUrl: null,
    needsKey: true,
    keysAt: 'https://platform.claude.com/settings/keys',
  },
  compatible('openrouter', 'OpenRouter', 'https://openrouter.ai/api/v1', {
    keysAt: 'https://openrouter.ai/settings/keys',
    asks: 'openrouter/auto',
  }),
  compatible('google', 'Google Gemini', 'https://generativelanguage.googleapis.com/v1beta/openai', {
    keysAt: 'https://aistudio.google.com/apikey',
  }),
  compatible('mistral', 'Mistral', 'https://api.mistral.ai/v1', { keysAt: 'https://console.mistral.ai/api-keys' }),
  compatible('deepseek', 'DeepSeek', 'https://api.deepseek.com', {
    keysAt: 'https://platform.deepseek.com/api_keys',
  }),
  compatible('xai', 'xAI', 'https://api.x.ai/v1', { keysAt: 'https://console.x.ai' }),
  compatible('groq', 'Groq', 'https://api.groq.com/openai/v1', { keysAt: 'https://console.groq.com/keys' }),
  compatible('together', 'Together AI', 'https://api.together.xyz/v1', {
    keysAt: 'https://api.together.ai/settings/api-keys',
  }),
  compatible('fireworks', 'Fireworks AI', 'https://api.fireworks.ai/inference/v1', {
    keysAt: 'https://fireworks.ai/account/api-keys',
  }),
  compatible('cerebras', 'Cerebras', 'https://api.cerebras.ai/v1', { keysAt: 'https://cloud.cerebras.ai' }),
  compatible('azure', 'Azure OpenAI', 'https://YOUR-RESOURCE.openai.azure.com/openai/v1', { ownAddress: true }),
];

/** Any other server that speaks OpenAI's protocol. */
export const custom: Preset = {
  id: 'custom',
  name: '',
  kind: 'openai-compatible',
  baseUrl: '',
  needsKey: false,
  ownAddress: true,
};

function compatible(
  id: string,
  name: string,
  baseUrl: string,
  more: Pick<Preset, 'keysAt' | 'asks' | 'ownAddress'>,
): Preset {
  return { id, name, kind: 'openai-compatible', baseUrl, needsKey: true, ...more };
}

/** `base`, or the first of `base-2`, `base-3` … that nobody has. */
export function freeId(base: string, taken: readonly string[]): string {
  const clean =
    base
      .toLowerCase()
      .normalize('NFKD')
      .replace(/[^a-z0-9]+/gu, '-')
      .replace(/^-+|-+$/gu, '')
      .slice(0, 34) || 'provider';
  if (!taken.includes(clean)) return clean;
  for (let number = 2; ; number += 1) if (!taken.includes(`${clean}-${number}`)) return `${clean}-${number}`;
}
