/** Reads the events of a streamed Anthropic message. */
import { z } from 'zod';
import type { FinishReason, Usage } from '../../protocol/job.ts';
import type { ProviderConnection } from '../../protocol/provider.ts';
import { cutToolCall, notAStream } from '../failures.ts';
import type { Emit } from './provider.ts';
import type { AnswerReader } from './stream-answer.ts';

const tokens = z.number().int().nonnegative().nullish();
const WireUsage = z
  .object({
    input_tokens: tokens,
    output_tokens: tokens,
    cache_creation_input_tokens: tokens,
    cache_read_input_tokens: tokens,
  })
  .nullish();
type WireUsage = NonNullable<z.infer<typeof WireUsage>>;

/** Only what is used. The API adds event types and delta types as it grows: unknown ones mean nothing to us. */
const Event = z.object({ type: z.string() });
const MessageStart = z.object({ message: z.object({ model: z.string().nullish(), usage: WireUsage }) });
const BlockStart = z.object({ content_block: z.object({ type: z.string(), text: z.string().nullish() }) });
const BlockDelta = z.object({
  delta: z.object({ type: z.string(), text: z.string().nullish(), thinking: z.string().nullish() }),
});
const MessageDelta = z.object({ delta: z.object({ stop_reason: z.string().nullish() }), usage: WireUsage });

export function anthropicReader(askedModel: string, connection: ProviderConnection, emit: Emit): AnswerReader {
  let model = askedModel;
  let usage: WireUsage | undefined;
  let finishReason: FinishReason = 'stop';
  let contentSeen = false;
  let toolCallSeen = false;

  const merge = (more: z.infer<typeof WireUsage>): void => {
    if (more == null) return;
    // The last figures count; later events repeat only some of them.
    const given = Object.fromEntries(Object.entries(more).filter(([, value]) => value != null));
    usage = { ...usage, ...given };
  };

  const content = (kind: 'text' | 'thinking', text: string | null | undefined): void => {
    if (text == null || text === '') return;
    contentSeen = true;
    emit(kind, text);
  };

  return {
    read(event) {
      try {
        switch (Event.parse(event).type) {
          case 'message_start': {
            const { message } = MessageStart.parse(event);
            model = message.model ?? model;
            merge(message.usage);
            return 'nothing';
          }
          case 'content_block_start': {
            const { content_block: block } = BlockStart.parse(event);
            if (block.type === 'tool_use') toolCallSeen = true;
            content('text', block.text);
            return 'nothing';
          }
          case 'content_block_delta': {
            const { delta } = BlockDelta.parse(event);
            content('text', delta.text);
            content('thinking', delta.thinking);
            return 'content';
          }
          case 'message_delta': {
            const { delta, usage: last } = MessageDelta.parse(event);
            merge(last);
            if (delta.stop_reason != null) finishReason = finishReasonOf(delta.stop_reason);
            return 'nothing';
          }
          case 'message_stop':
            return 'end';
          default:
            return 'nothing';
        }
      } catch (error) {
        if (error instanceof z.ZodError) return { failure: notAStream(connection, JSON.stringify(event)) };
        throw error;
      }
    },

    outcome() {
      if (finishReason === 'length' && toolCallSeen) return { type: 'failed', failure: cutToolCall(connection) };
      return { type: 'answered', finishReason, usage: usageOf(usage, contentSeen), model };
    },
  };
}

function finishReasonOf(reason: string): FinishReason {
  switch (reason) {
    case 'max_tokens':
    case 'model_context_window_exceeded':
      return 'length';
    case 'tool_use':
      return 'tool-calls';
    case 'refusal':
      return 'filtered';
    default:
      return 'stop';
  }
}

/** The API counts what it wrote to and read from its cache apart from `input_tokens`. */
function usageOf(wire: WireUsage | undefined, contentSeen: boolean): Usage | undefined {
  const outputTokens = wire?.output_tokens ?? 0;
  if (wire === undefined || (outputTokens === 0 && contentSeen)) return undefined;
  const cached = wire.cache_read_input_tokens ?? 0;
  const usage: Usage = {
    inputTokens: (wire.input_tokens ?? 0) + (wire.cache_creation_input_tokens ?? 0) + cached,
    outputTokens,
    estimated: false,
  };
  if (cached > 0) usage.cachedTokens = cached;
  return usage;
}
