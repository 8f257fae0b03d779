/** The same things said in the protocols of both SDKs, as the bytes of an event stream. */
import { anthropicEvents, event, named, openaiChunk, openaiEvents } from './model-server.ts';

export interface WireDialect {
  readonly name: 'openai' | 'anthropic';
  /** What the SDK wants as its base URL, for a server at `url`. */
  baseUrl(url: string): string;
  readonly start: string;
  text(text: string): string;
  thinking(text: string): string;
  /** A call whose arguments end in the middle. */
  readonly toolCall: string;
  /** The end of a whole answer, with usage (7 in, 5 out) where `usage` is set. */
  end(options?: { reason?: 'stop' | 'length'; usage?: boolean }): string;
  /** An error inside a 200, as the provider sends it when it is overloaded. */
  readonly overloaded: string;
  /** The same for an answer that its filter has stopped. */
  readonly flagged: string;
}

export const wireDialects: readonly WireDialect[] = [
  {
    name: 'openai',
    baseUrl: (url) => `${url}/v1`,
    start: openaiEvents.role(),
    text: openaiEvents.text,
    thinking: (text) => openaiChunk({ delta: { reasoning_content: text } }),
    toolCall: openaiChunk({
      delta: { tool_calls: [{ index: 0, id: 'call_1', function: { name: 'f', arguments: '{"half' } }] },
    }),
    end: ({ reason = 'stop', usage = true } = {}) =>
      `${openaiEvents.finish(reason)}${usage ? openaiEvents.usage(7, 5) : ''}${openaiEvents.done()}`,
    overloaded: event({ error: { message: 'The server is overloaded', type: 'server_error', code: 529 } }),
    flagged: event({ error: { message: 'flagged by our content policy', code: 'content_policy_violation' } }),
  },
  {
    name: 'anthropic',
    baseUrl: (url) => url,
    start: anthropicEvents.start({ input_tokens: 7, output_tokens: 1 }),
    text: anthropicEvents.text,
    thinking: anthropicEvents.thinking,
    toolCall:
      named({
        type: 'content_block_start',
        index: 0,
        content_block: { type: 'tool_use', id: 't', name: 'f', input: {} },
      }) +
      named({ type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: '{"half' } }),
    end: ({ reason = 'stop', usage = true } = {}) =>
      anthropicEvents.finish(reason === 'stop' ? 'end_turn' : 'max_tokens', { output_tokens: usage ? 5 : 0 }) +
      anthropicEvents.stop(),
    overloaded: named({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }),
    flagged: named({
      type: 'error',
      error: { type: 'invalid_request_error', message: 'flagged by our content policy' },
    }),
  },
];
