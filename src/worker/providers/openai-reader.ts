/** Reads the chunks of a chat completion stream, in the form that OpenAI sends and in those that others send. */
import { z } from 'zod';
import type { FinishReason, Usage } from '../../protocol/job.ts';
import type { ProviderConnection } from '../../protocol/provider.ts';
import { cutToolCall, notAStream, serverError } from '../failures.ts';
import type { Emit } from './provider.ts';
import type { AnswerReader } from './stream-answer.ts';

const tokens = z.number().int().nonnegative();

/** Only what is used, and lenient about the rest: compatible servers leave out or null what OpenAI always sends. */
const Chunk = z.object({
  model: z.string().nullish(),
  choices: z
    .array(
      z.object({
        delta: z
          .object({
            content: z.string().nullish(),
            refusal: z.string().nullish(),
            /** DeepSeek, vLLM, LM Studio. */
            reasoning_content: z.string().nullish(),
            /** OpenRouter, Ollama. */
            reasoning: z.string().nullish(),
            tool_calls: z.array(z.unknown()).nullish(),
          })
          .nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish(),
  usage: z
    .object({
      prompt_tokens: tokens,
      completion_tokens: tokens,
      prompt_tokens_details: z.object({ cached_tokens: tokens.nullish() }).nullish(),
      completion_tokens_details: z.object({ reasoning_tokens: tokens.nullish() }).nullish(),
    })
    .nullish(),
});
type Chunk = z.infer<typeof Chunk>;

export function openaiReader(askedModel: string, connection: ProviderConnection, emit: Emit): AnswerReader {
  let model = askedModel;
  let usage: Usage | undefined;
  let finishReason: FinishReason = 'stop';
  let contentSeen = false;
  let toolCallSeen = false;
  let refusalSeen = false;

  return {
    read(event) {
      const parsed = Chunk.safeParse(event);
      if (!parsed.success) return { failure: notAStream(connection, JSON.stringify(event)) };
      const chunk = parsed.data;
      if (chunk.model != null && chunk.model !== '') model = chunk.model;
      if (chunk.usage != null) usage = usageOf(chunk.usage);
      const choice = chunk.choices?.[0];
      if (choice === undefined) return 'nothing';

      let content = false;
      const { delta } = choice;
      const thinking = delta?.reasoning_content ?? delta?.reasoning;
      if (thinking != null && thinking !== '') {
        content = true;
        emit('thinking', thinking);
      }
      for (const text of [delta?.content, delta?.refusal]) {
        if (text == null || text === '') continue;
        content = true;
        emit('text', text);
      }
      refusalSeen ||= delta?.refusal != null && delta.refusal !== '';
      if (delta?.tool_calls != null && delta.tool_calls.length > 0) {
        content = true;
        toolCallSeen = true;
      }
      contentSeen ||= content;
      if (choice.finish_reason == null || choice.finish_reason === '') return content ? 'content' : 'nothing';
      if (choice.finish_reason === 'error') return { failure: serverError(connection) };
      finishReason = finishReasonOf(choice.finish_reason);
      return 'whole';
    },

    outcome() {
      if (finishReason === 'length' && toolCallSeen) return { type: 'failed', failure: cutToolCall(connection) };
      // Some servers send a usage of zeros with every answer: that is none.
      const counted = usage !== undefined && (usage.outputTokens > 0 || !contentSeen) ? usage : undefined;
      // A refusal ends like an answer does, also where an answer of a certain form was asked for.
      const reason = refusalSeen && finishReason === 'stop' ? 'filtered' : finishReason;
      return { type: 'answered', finishReason: reason, usage: counted, model };
    },
  };
}

function finishReasonOf(reason: string): FinishReason {
  switch (reason) {
    case 'length':
      return 'length';
    case 'tool_calls':
    case 'function_call':
      return 'tool-calls';
    case 'content_filter':
      return 'filtered';
    default:
      // `stop`, and other servers' words for it: `eos`, `end_turn`, `stop_sequence`.
      return 'stop';
  }
}

function usageOf(wire: NonNullable<Chunk['usage']>): Usage {
  const usage: Usage = { inputTokens: wire.prompt_tokens, outputTokens: wire.completion_tokens, estimated: false };
  const cached = wire.prompt_tokens_details?.cached_tokens;
  const reasoning = wire.completion_tokens_details?.reasoning_tokens;
  if (cached != null) usage.cachedTokens = cached;
  if (reasoning != null) usage.reasoningTokens = reasoning;
  return usage;
}
