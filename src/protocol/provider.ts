/** Providers: endpoints that answer LLM requests. */
import { z } from 'zod';
import { ProviderId } from './ids.ts';

export const ProviderKind = z.enum(['openai', 'anthropic', 'openai-compatible', 'demo']);
export type ProviderKind = z.infer<typeof ProviderKind>;

/** All waits in milliseconds. The timers are reset by content, not by keep-alive bytes. */
export const ProviderTimeouts = z.object({
  firstContentMs: z.number().int().min(100).max(3_600_000),
  idleMs: z.number().int().min(100).max(3_600_000),
});
export type ProviderTimeouts = z.infer<typeof ProviderTimeouts>;
export const defaultTimeouts: ProviderTimeouts = { firstContentMs: 60_000, idleMs: 30_000 };

/** What a worker needs to talk to a provider. Carries the key: never stored, logged or sent to a page. */
export const ProviderConnection = z.object({
  id: ProviderId,
  kind: ProviderKind,
  /** Absent: the SDK's own default. */
  baseUrl: z.string().optional(),
  apiKey: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  timeouts: ProviderTimeouts,
});
export type ProviderConnection = z.infer<typeof ProviderConnection>;

export const ModelInfo = z.object({
  /** The name at the provider. */
  id: z.string(),
  /** Context window in tokens, where known. */
  contextTokens: z.number().int().positive().optional(),
});
export type ModelInfo = z.infer<typeof ModelInfo>;
