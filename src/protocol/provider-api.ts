/** Providers in the API, beyond their settings: how one is, trying one out, its models, servers on this machine. */
import { z } from 'zod';
import { ProviderSpec } from './api.ts';
import { AgentId, ProviderId } from './ids.ts';
import { Failure } from './job.ts';
import { LocalServer, ModelEdit, ModelInfo, ProviderKind, ProviderTimeouts, TrialAnswer } from './provider.ts';

export const ProviderView = z.object({
  id: ProviderId,
  kind: ProviderKind,
  name: z.string(),
  /** Always there: it cannot be removed. */
  builtIn: z.boolean(),
  baseUrl: z.string().nullable(),
  /** Where the key comes from; the key itself is never sent. */
  keySource: z.enum(['environment', 'stored', 'none', 'not-needed']),
  /** Names of extra headers; their values may be secret and are never sent. */
  headerNames: z.array(z.string()),
  timeouts: ProviderTimeouts,
  /** Jobs at once; null: no limit of its own. */
  concurrency: z.number().int().nullable(),
  /** As set; null: no limit but what the provider reports. */
  requestsPerMinute: z.number().int().nullable(),
  tokensPerMinute: z.number().int().nullable(),
  /** healthy, coolingDown, probing, misconfigured */
  state: z.string(),
  coolingUntil: z.number().nullable(),
  /** Why it is not healthy, in words for people. */
  reason: z.string().nullable(),
  active: z.number().int(),
  models: z.array(ModelInfo),
});
export type ProviderView = z.infer<typeof ProviderView>;

/**
 * A provider as it would be after `providers.set`, tried without keeping anything. For one that is there already, what is
 * absent is taken from it, its key too. `model`: also ask it one short question.
 */
export const TryProvider = ProviderSpec.pick({
  id: true,
  kind: true,
  baseUrl: true,
  apiKey: true,
  headers: true,
  timeouts: true,
}).extend({ model: z.string().trim().min(1).max(200).optional() });
export type TryProvider = z.infer<typeof TryProvider>;

export const ProviderTrial = z.object({
  /** It listed its models, or answered where a model was named. */
  ok: z.boolean(),
  /** Why not: class, status, the provider's words, the chain of causes. */
  failure: Failure.nullable(),
  models: z.array(ModelInfo),
  /** Null: no question was asked, or it failed. */
  answer: TrialAnswer.nullable(),
});
export type ProviderTrial = z.infer<typeof ProviderTrial>;

/** What is known of a model and may be set by the user. */
export const modelFields = ['contextTokens', 'inputPrice', 'outputPrice', 'cachedInputPrice', 'images'] as const;
export type ModelField = (typeof modelFields)[number];
/** `user`: set here. `provider`: it says so itself. `table`: Nightshift's own list of known models. */
export const ModelSource = z.enum(['user', 'provider', 'table']);
export type ModelSource = z.infer<typeof ModelSource>;
const Source = ModelSource.nullable();

export const ModelDetail = ModelInfo.extend({
  /** The provider's own list has it. */
  listed: z.boolean(),
  /** Where each figure is from; null: not known. */
  sources: z.object({
    contextTokens: Source,
    inputPrice: Source,
    outputPrice: Source,
    cachedInputPrice: Source,
    images: Source,
  }),
  /** The page and the date of what Nightshift knows of it by itself. */
  table: z.object({ source: z.string(), asOf: z.string() }).nullable(),
});
export type ModelDetail = z.infer<typeof ModelDetail>;

export const EditModel = z.object({ provider: ProviderId, model: ModelEdit });
export const ForgetModel = z.object({ provider: ProviderId, model: z.string().min(1).max(200) });

/** Found on this machine. */
export const FoundServer = LocalServer.extend({
  /** The provider that has this address already. */
  provider: ProviderId.nullable(),
});
export type FoundServer = z.infer<typeof FoundServer>;

/** What would be without a provider if this one went. */
export const ProviderUses = z.object({
  /** `fallback`: it is only one of the models that may step in. */
  agents: z.array(z.object({ id: AgentId, name: z.string(), fallback: z.boolean() })),
  /** Jobs that are not at rest. */
  openJobs: z.number().int(),
});
export type ProviderUses = z.infer<typeof ProviderUses>;
