/** Agents: what one is made of, what it may use in a day, how the page sees one, and agents as files. */
import { z } from 'zod';
import { AgentId, ModelRef, RequestId } from './ids.ts';
import { Lane } from './job.ts';
import { ModelParams } from './request.ts';

/** Names, not values: each has one that can be read in every theme. */
export const agentColors = ['amber', 'coral', 'rose', 'violet', 'blue', 'teal', 'green', 'slate'] as const;
export const AgentColor = z.enum(agentColors);
export type AgentColor = z.infer<typeof AgentColor>;

const maxPromptChars = 200_000;
const maxTokensPerDay = 1_000_000_000_000;
/** A million dollars. */
const maxSpendPerDay = 1_000_000_000_000;

const AgentFields = z.object({
  name: z.string().trim().min(1, 'an agent needs a name').max(100),
  color: AgentColor,
  systemPrompt: z.string().max(maxPromptChars),
  model: ModelRef,
  lane: Lane,
  params: ModelParams,
  /** Models that may answer instead when the provider is in trouble, the first one first. */
  fallbacks: z.array(ModelRef).max(8),
  /** For how long a message waits for the provider before that. */
  fallbackAfterMs: z.number().int().min(0).max(86_400_000),
  /** Input and output of all its answers, from midnight to midnight where the host is; null: no limit. */
  tokensPerDay: z.number().int().min(1).max(maxTokensPerDay).nullable(),
  /** Millionths of a US dollar; answers of models without a price count nothing. Null: no limit. */
  spendPerDay: z.number().int().min(1).max(maxSpendPerDay).nullable(),
});

export const AgentSpec = AgentFields.extend({
  color: AgentColor.default('amber'),
  systemPrompt: AgentFields.shape.systemPrompt.default(''),
  lane: Lane.default('high'),
  params: ModelParams.default({}),
  fallbacks: AgentFields.shape.fallbacks.default([]),
  fallbackAfterMs: AgentFields.shape.fallbackAfterMs.default(30_000),
  tokensPerDay: AgentFields.shape.tokensPerDay.default(null),
  spendPerDay: AgentFields.shape.spendPerDay.default(null),
});
export type AgentSpec = z.infer<typeof AgentSpec>;

export const CreateAgent = z.object({ requestId: RequestId, agent: AgentSpec });
export const UpdateAgent = z.object({ id: AgentId, agent: AgentFields.partial() });
export const AgentRef = z.object({ id: AgentId });

export const AgentLimitKind = z.enum(['tokens', 'spend']);
export type AgentLimitKind = z.infer<typeof AgentLimitKind>;

/** What an agent's answers have taken since midnight. */
export const AgentToday = z.object({
  tokens: z.number().int(),
  /** Millionths of a US dollar, as far as prices are known. */
  costMicros: z.number().int(),
  /** The next midnight where the host is, epoch ms. */
  until: z.number(),
  /** The limit that keeps its jobs waiting now. */
  reached: AgentLimitKind.nullable(),
});
export type AgentToday = z.infer<typeof AgentToday>;

export const AgentView = z.object({
  id: AgentId,
  name: z.string(),
  color: AgentColor,
  systemPrompt: z.string(),
  /** `provider/model` */
  model: z.string(),
  lane: Lane,
  params: ModelParams,
  fallbacks: z.array(z.string()),
  fallbackAfterMs: z.number().int(),
  /** Null: no limit. */
  tokensPerDay: z.number().int().nullable(),
  /** Millionths of a US dollar; null: no limit. */
  spendPerDay: z.number().int().nullable(),
  today: AgentToday,
  createdAt: z.number(),
});
export type AgentView = z.infer<typeof AgentView>;

/** All agents, and the one that answers where nobody chose another. */
export const AgentListView = z.object({ agents: z.array(AgentView), defaultAgentId: AgentId.nullable() });
export type AgentListView = z.infer<typeof AgentListView>;

/** Agents as a file, as `agents.import` reads it: what has a default may be left out. */
export const AgentFile = z.object({
  format: z.literal('nightshift-agents', {
    error: 'this is not a file of agents: its "format" is not nightshift-agents',
  }),
  version: z.literal(1, { error: 'this file was written by a newer version of Nightshift' }),
  agents: z.array(AgentSpec).min(1, 'there is no agent in this file').max(100),
});
export type AgentFile = z.infer<typeof AgentFile>;

/** The same, as `agents.export` writes it. Ids and keys are not in it. */
export const ExportedAgents = AgentFile.extend({ agents: z.array(AgentFields) });
export type ExportedAgents = z.infer<typeof ExportedAgents>;

/** Absent: all of them. */
export const ExportAgents = z.object({ ids: z.array(AgentId).min(1).max(100).optional() });
export const ImportAgents = z.object({ requestId: RequestId, file: AgentFile });
