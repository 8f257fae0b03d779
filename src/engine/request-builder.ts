/**
 * Builds what is asked of the model when a job is claimed: a row never copies a history. What does not fit the model's
 * context is left out from the oldest end, and counted, so that the answer can say so; so it does of the question's files,
 * which are cut.
 */
import type { MessageRow } from '../../db/chat.model.ts';
import type { ChatJobData, JobRow, PromptJobData } from '../../db/llm-jobs.model.ts';
import type { Store } from '../../db/store.ts';
import { splitModel } from '../protocol/ids.ts';
import type { ModelInfo, ProviderKind } from '../protocol/provider.ts';
import type { ChatMessage, LlmRequest, ModelParams } from '../protocol/request.ts';
import { cutAnswer, goOn } from './continuation.ts';
import { effectiveSettings, type EffectiveSettings } from './conversation-settings.ts';
import { EngineError } from './errors.ts';
import { questionContent, type FileRoom } from './attachment-parts.ts';
import { countBefore, joinTurns, pathBefore, told } from './history.ts';
import { estimateTokens, tokensOf } from './token-estimates.ts';

/** Where a provider does not say how much a model takes, in tokens. On the low side: too long is an error, too short is not. */
export const defaultContextTokens: Record<ProviderKind, number> = {
  openai: 128_000,
  anthropic: 200_000,
  'openai-compatible': 32_000,
  demo: 8_000,
};
/** Kept free for the answer when the agent sets no limit. */
const defaultAnswerTokens = 4_096;

export interface BuiltRequest {
  readonly request: LlmRequest;
  readonly omittedMessages: number;
  /** The names of the question's files whose text did not fit whole. */
  readonly cutFiles: readonly string[];
}

export interface ModelSource {
  kind: ProviderKind;
  models: readonly ModelInfo[];
}

export class RequestBuilder {
  readonly #store: Store;
  readonly #provider: (id: JobRow['provider']) => ModelSource;

  constructor(store: Store, provider: (id: JobRow['provider']) => ModelSource) {
    this.#store = store;
    this.#provider = provider;
  }

  /** Throws `EngineError` when what the job refers to is gone. */
  build(row: JobRow): BuiltRequest {
    return row.data.kind === 'chat' ? this.#chat(row, row.data) : this.#prompt(row, row.data);
  }

  #chat(row: JobRow, data: ChatJobData): BuiltRequest {
    const { chat } = this.#store;
    const question = chat.message(data.messageId);
    if (question === undefined) {
      throw new EngineError('NOT_FOUND', 'The message that this job answers was removed.', { jobId: row.id });
    }
    const { model } = splitModel(row.fallbackModel ?? data.model);
    const { systemPrompt: system, params } = this.#settings(data);
    const takesImages = this.#model(row, model)?.images !== false;
    const room = this.#inputTokens(row, model, params) - estimateTokens(system);
    const { asked, cutFiles } = this.#asked(question, data, { tokens: room, takesImages });
    const budget = room - tokensOf(asked);
    const { history, omittedMessages, isShared } = this.#history(question, data, { tokens: budget, takesImages });
    return {
      omittedMessages,
      cutFiles,
      request: {
        model,
        ...(system === '' ? {} : { system }),
        messages: isShared ? joinTurns([...history, ...asked]) : [...history, ...asked],
        params,
        ...(data.demo === undefined ? {} : { demo: data.demo }),
      },
    };
  }

  /** What holds now, not when the job was enqueued. An agent that was removed leaves what the conversation has of its own. */
  #settings({ conversationId, agentId }: ChatJobData): Pick<EffectiveSettings, 'systemPrompt' | 'params'> {
    const { chat } = this.#store;
    const conversation = chat.conversation(conversationId);
    const agent = chat.agent(agentId);
    if (conversation !== undefined && agent !== undefined) return effectiveSettings(conversation, agent);
    return { systemPrompt: conversation?.systemPrompt ?? '', params: conversation?.params ?? {} };
  }

  /** The question; to go on with an answer, also what there is of it. */
  #asked(
    question: MessageRow,
    { continues }: ChatJobData,
    room: FileRoom,
  ): { asked: ChatMessage[]; cutFiles: readonly string[] } {
    const { content, cutFiles } = questionContent(this.#store, question, room);
    const asked: ChatMessage = { role: 'user', content };
    const soFar = continues === undefined ? '' : cutAnswer(this.#store, continues);
    if (soFar === '') return { asked: [asked], cutFiles };
    return { asked: [asked, { role: 'assistant', content: soFar }, { role: 'user', content: goOn }], cutFiles };
  }

  #prompt(row: JobRow, data: PromptJobData): BuiltRequest {
    const { model } = splitModel(row.fallbackModel ?? data.model);
    return {
      omittedMessages: 0,
      cutFiles: [],
      request: {
        model,
        ...(data.system === undefined ? {} : { system: data.system }),
        messages: data.readsResults ? [...this.#results(row), ...data.messages] : data.messages,
        params: data.params,
        ...(data.format === undefined ? {} : { format: data.format }),
        ...(data.demo === undefined ? {} : { demo: data.demo }),
      },
    };
  }

  /** What the jobs that this one waited for have answered, in the order they were named. */
  #results(row: JobRow): ChatMessage[] {
    const parts: string[] = [];
    for (const { dependsOnId } of this.#store.dependencies.dependenciesOf(row.id)) {
      const job = this.#store.jobs.get(dependsOnId);
      const text = job?.returnvalue?.text ?? this.#store.chat.messageOfJob(dependsOnId, 'assistant')?.text;
      if (job !== undefined && text !== undefined) parts.push(`Result of the job "${job.name}":\n\n${text}`);
    }
    return parts.length === 0 ? [] : [{ role: 'user', content: parts.join('\n\n---\n\n') }];
  }

  /** The newest messages that fit, oldest first, beginning with one of the user's. */
  #history(
    question: MessageRow,
    { agentId }: ChatJobData,
    { tokens, takesImages }: FileRoom,
  ): { history: ChatMessage[]; omittedMessages: number; isShared: boolean } {
    const kept: ChatMessage[] = [];
    let left = tokens;
    let omittedMessages = 0;
    /** Another agent has answered, too, or a goal was reported of: more than one turn in a row. */
    let isShared = false;
    for (const message of pathBefore(this.#store, question)) {
      const said = told(this.#store, message, agentId, { tokens: Infinity, takesImages });
      left -= tokensOf([said]);
      if (left < 0) {
        omittedMessages = 1 + countBefore(this.#store, question, message.position);
        break;
      }
      kept.push(said);
      isShared ||= said.role !== message.role || message.goal !== null;
    }
    while (kept.at(-1)?.role === 'assistant') {
      kept.pop();
      omittedMessages += 1;
    }
    return { history: kept.toReversed(), omittedMessages, isShared };
  }

  #model(row: JobRow, model: string): ModelInfo | undefined {
    return this.#provider(row.provider).models.find(({ id }) => id === model);
  }

  #inputTokens(row: JobRow, model: string, params: ModelParams): number {
    const context = this.#model(row, model)?.contextTokens ?? defaultContextTokens[this.#provider(row.provider).kind];
    const answer = params.maxOutputTokens ?? Math.min(defaultAnswerTokens, Math.floor(context / 4));
    return context - answer;
  }
}

/** The most tokens that a request may take, in and out; a limit per minute is held by it. */
export function mostTokens(request: LlmRequest): number {
  const { inputTokens, outputTokens } = mostUsage(request);
  return inputTokens + outputTokens;
}

/** The same, in its parts. */
export function mostUsage(request: LlmRequest): { inputTokens: number; outputTokens: number } {
  const { system, messages, params, format } = request;
  const shape = format === undefined ? '' : JSON.stringify(format.schema);
  return {
    inputTokens: estimateTokens(system ?? '') + tokensOf(messages) + estimateTokens(shape),
    outputTokens: params.maxOutputTokens ?? defaultAnswerTokens,
  };
}
