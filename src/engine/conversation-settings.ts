/**
 * With what a conversation's messages are answered: what it has of its own, else what its agent has. Model, lane and
 * fallbacks are read when a job is enqueued; system prompt and parameters when it is claimed, so that a job which still
 * waits follows a change. In a channel what it has of its own holds for each of its agents.
 */
import type { AgentRow, ConversationRow } from '../../db/chat.model.ts';
import type { JobFallbacks } from '../../db/llm-jobs.model.ts';
import type { Lane } from '../protocol/job.ts';
import type { ModelParams } from '../protocol/request.ts';

export interface EffectiveSettings {
  /** `provider/model` */
  model: string;
  lane: Lane;
  /** Null: no other model may answer. */
  fallbacks: JobFallbacks | null;
  systemPrompt: string;
  params: ModelParams;
}

type Own = Pick<ConversationRow, 'model' | 'lane' | 'fallbacks' | 'systemPrompt' | 'params'>;
type OfAgent = Pick<AgentRow, 'model' | 'lane' | 'fallbacks' | 'fallbackAfterMs' | 'systemPrompt' | 'params'>;

/** What one of its agents answers with. A parameter is inherited by itself: a temperature of its own keeps the agent's length. */
export function effectiveSettings(own: Own, agent: OfAgent): EffectiveSettings {
  const models = own.fallbacks ?? agent.fallbacks;
  return {
    model: own.model ?? agent.model,
    lane: own.lane ?? agent.lane,
    fallbacks: models.length === 0 ? null : { models, afterMs: agent.fallbackAfterMs },
    systemPrompt: own.systemPrompt ?? agent.systemPrompt,
    params: { ...agent.params, ...own.params },
  };
}
