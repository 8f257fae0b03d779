/**
 * Answers `find-servers`: which programs that serve models listen on this machine. It speaks to this machine only, whatever
 * it is told, and follows nobody elsewhere.
 */
import { z } from 'zod';
import type { LocalAddress, LocalServer, ModelInfo } from '../protocol/provider.ts';
import type { EngineToWorker, WorkerToEngine } from '../protocol/worker.ts';
import { listedModels } from './providers/listed-model.ts';

/** A program on the same machine answers in milliseconds; one that is busy loading a model, in a second. */
const limitMs = 2_000;
const loopback = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Resolves with those that answered as what they are expected to be; never rejects. */
export async function findServers(message: Extract<EngineToWorker, { type: 'find-servers' }>): Promise<WorkerToEngine> {
  const looked = await Promise.all(message.addresses.map(look));
  return {
    type: 'servers-found',
    callId: message.callId,
    servers: looked.filter((server) => server !== undefined),
  };
}

async function look(address: LocalAddress): Promise<LocalServer | undefined> {
  const origin = URL.parse(address.origin);
  if (origin === null || origin.protocol !== 'http:' || !loopback.has(origin.hostname)) return undefined;
  const models = await modelsOf(address.software, origin.origin);
  return models === undefined ? undefined : { software: address.software, baseUrl: `${origin.origin}/v1`, models };
}

/** Undefined when nobody answers there, or somebody else. */
function modelsOf(software: LocalAddress['software'], origin: string): Promise<ModelInfo[] | undefined> {
  switch (software) {
    case 'ollama':
      return ollamaModels(origin);
    case 'lm-studio':
      return lmStudioModels(origin);
    default:
      return software satisfies never;
  }
}

const OllamaVersion = z.object({ version: z.string() });
const OllamaTags = z.object({ models: z.array(z.object({ name: z.string() })).nullable() });

/** How much context a model is given is the server's setting, which its list does not tell: it stays unknown. */
async function ollamaModels(origin: string): Promise<ModelInfo[] | undefined> {
  const [version, tags] = await Promise.all([get(`${origin}/api/version`), get(`${origin}/api/tags`)]);
  const parsed = OllamaTags.safeParse(tags);
  if (!OllamaVersion.safeParse(version).success || !parsed.success) return undefined;
  return (parsed.data.models ?? []).map(({ name }) => ({ id: name }));
}

const LmStudioModels = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      type: z.string().optional(),
      /** Only of a model that is loaded: what it will be loaded with is not what it could take at most. */
      loaded_context_length: z.number().int().positive().optional().catch(undefined),
    }),
  ),
});

async function lmStudioModels(origin: string): Promise<ModelInfo[] | undefined> {
  // Its own interface says which model is for what; versions before 0.3.6 only have the compatible one.
  const own = LmStudioModels.safeParse(await get(`${origin}/api/v0/models`));
  if (!own.success) return listedModels(await get(`${origin}/v1/models`));
  return own.data.data
    .filter(({ type }) => type !== 'embeddings')
    .map(({ id, type, loaded_context_length: contextTokens }) => ({
      id,
      ...(contextTokens === undefined ? {} : { contextTokens }),
      ...(type === undefined ? {} : { images: type === 'vlm' }),
    }));
}

/** Undefined for anything but JSON with a good status. */
async function get(url: string): Promise<unknown> {
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(limitMs) });
    return response.ok ? await response.json() : undefined;
  } catch {
    // Nobody is there, which is an answer as good as any.
    return undefined;
  }
}
