/** Settings, providers, usage and the requests that were answered before. Times are epoch milliseconds. */
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { AgentId, ConversationId, JobId, ProviderId } from '../src/protocol/ids.ts';
import type { FailureCode, Lane } from '../src/protocol/job.ts';
import type { ModelEdit, ModelInfo, ProviderKind, ProviderTimeouts } from '../src/protocol/provider.ts';

export const settings = sqliteTable('settings', {
  key: text().primaryKey(),
  value: text({ mode: 'json' }).$type<unknown>().notNull(),
});

/** A provider's settings and its machine's state. Keys and header values are with the host's key storage, never here. */
export const providers = sqliteTable('providers', {
  id: text().$type<ProviderId>().primaryKey(),
  kind: text().$type<ProviderKind>().notNull(),
  name: text().notNull(),
  baseUrl: text(),
  headerNames: text({ mode: 'json' }).$type<string[]>().notNull(),
  timeouts: text({ mode: 'json' }).$type<ProviderTimeouts>().notNull(),
  concurrency: integer(),
  /** As the provider lists them; `ProviderActors.models` joins what Nightshift knows and what the user has set. */
  models: text({ mode: 'json' }).$type<ModelInfo[]>().notNull(),
  builtIn: integer({ mode: 'boolean' }).notNull(),
  state: text().$type<'healthy' | 'coolingDown' | 'probing' | 'misconfigured'>().notNull(),
  failures: integer().notNull(),
  pauses: integer().notNull(),
  coolingUntil: integer(),
  reason: text(),
  failureCode: text().$type<FailureCode>(),
  probe: text().$type<JobId>(),
  /** Null: no limit but what the provider reports. */
  requestsPerMinute: integer(),
  tokensPerMinute: integer(),
  /** What the user has set for single models; it goes before what the provider lists, and outlives it. */
  modelEdits: text({ mode: 'json' }).$type<ModelEdit[]>().notNull().default([]),
  /** Since when the user has it paused: no job is given to it, whatever its machine's state. */
  pausedAt: integer(),
});
export type ProviderRow = typeof providers.$inferSelect;

/** One row for each answered attempt. */
export const usage = sqliteTable(
  'usage',
  {
    jobId: text().$type<JobId>().notNull(),
    attempt: integer().notNull(),
    provider: text().$type<ProviderId>().notNull(),
    model: text().notNull(),
    agentId: text().$type<AgentId>(),
    conversationId: text().$type<ConversationId>(),
    inputTokens: integer().notNull(),
    outputTokens: integer().notNull(),
    reasoningTokens: integer(),
    cachedTokens: integer(),
    estimated: integer({ mode: 'boolean' }).notNull(),
    at: integer().notNull(),
    /** Null, as the columns below, in rows from before they were kept. */
    lane: text().$type<Lane>(),
    /** Millionths of a US dollar at the price of then; null: no price was known. */
    costMicros: integer(),
    /** From entering the line for this attempt to its claim. */
    waitMs: integer(),
    /** From the claim to the first text or thinking; null for an empty answer. */
    firstContentMs: integer(),
    /** From the claim to the end. */
    runMs: integer(),
  },
  (row) => [primaryKey({ columns: [row.jobId, row.attempt] }), index('usage_at').on(row.at)],
);
export type UsageRow = typeof usage.$inferSelect;

/** What a `requestId` created, so that the same call sent again returns the same thing. */
export const requests = sqliteTable('requests', {
  requestId: text().primaryKey(),
  procedure: text().notNull(),
  /** SHA-256 of the procedure's input; the same id with another body is refused. */
  bodyHash: text().notNull(),
  /** Ids of what was created. */
  result: text({ mode: 'json' }).$type<string[]>().notNull(),
  at: integer().notNull(),
});
