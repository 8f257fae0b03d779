/**
 * Anthropic's messages. A temperature is not passed on: the present API has none, and new models refuse it. A format is
 * structured output; a model without it is asked again without it (`format-support.ts`).
 */
import Anthropic from '@anthropic-ai/sdk';
import type { MessageCreateParamsStreaming, MessageParam } from '@anthropic-ai/sdk/resources/messages';
import type { ModelInfo } from '../../protocol/provider.ts';
import { imagesOf, textOf, type ChatMessage, type LlmRequest } from '../../protocol/request.ts';
import { firstContentTimeout, missingKey, thrownFailure } from '../failures.ts';
import { anthropicReader } from './anthropic-reader.ts';
import { createClientCache } from './client-cache.ts';
import { createFormatSupport, type FormatSupport, mayRefuseFormat } from './format-support.ts';
import type { Provider } from './provider.ts';
import { type OpenStream, streamAnswer } from './stream-answer.ts';
import { strictSchema } from './strict-schema.ts';
import { wireFetch } from './wire.ts';

const defaultBaseUrl = 'https://api.anthropic.com';
/** The API wants a limit with every request; all Claude 4 models and later take this one. */
const defaultMaxTokens = 16_384;
/** The SDK's own limit on the headers is out of the way; `content-watch.ts` is stricter. */
const clientTimeoutMs = 4_000_000;
const listTimeoutMs = 15_000;

interface Client {
  sdk: Anthropic;
  formats: FormatSupport;
}

const clientOf = createClientCache<Client>((connection) => ({
  sdk: new Anthropic({
    apiKey: connection.apiKey ?? null,
    authToken: null,
    baseURL: connection.baseUrl ?? defaultBaseUrl,
    defaultHeaders: { ...connection.headers },
    fetch: wireFetch,
    maxRetries: 0,
    timeout: clientTimeoutMs,
    logLevel: 'off',
  }),
  formats: createFormatSupport(),
}));

export const anthropic: Provider = {
  async answer(request, connection, signal, emit) {
    if (connection.apiKey === undefined) return { type: 'failed', failure: missingKey(connection) };
    const open = (inner: AbortSignal): Promise<OpenStream> => ask(clientOf(connection), request, inner);
    return streamAnswer(connection, signal, open, anthropicReader(request.model, connection, emit));
  },

  async listModels(connection) {
    if (connection.apiKey === undefined) return { type: 'failed', failure: missingKey(connection) };
    const signal = AbortSignal.timeout(listTimeoutMs);
    try {
      const page = await clientOf(connection).sdk.models.list({ limit: 1_000 }, { signal });
      return { type: 'listed', models: page.data.map(modelInfoOf) };
    } catch (error) {
      const failure = signal.aborted
        ? firstContentTimeout(connection, listTimeoutMs)
        : thrownFailure(error, connection, { answering: false });
      return { type: 'failed', failure };
    }
  },
};

/** Servers that imitate the API leave out what a model can take. */
function modelInfoOf(model: {
  id: string;
  max_input_tokens?: number | null;
  capabilities?: { image_input?: { supported: boolean } } | null;
}): ModelInfo {
  const images = model.capabilities?.image_input?.supported;
  return {
    id: model.id,
    ...(model.max_input_tokens == null ? {} : { contextTokens: model.max_input_tokens }),
    ...(images === undefined ? {} : { images }),
  };
}

async function ask(client: Client, request: LlmRequest, signal: AbortSignal): Promise<OpenStream> {
  const { format, model } = request;
  if (format === undefined || !client.formats.takes(model)) return openStream(client, bodyOf(request), signal);
  try {
    const output_config = { format: { type: 'json_schema' as const, schema: strictSchema(format.schema) } };
    return await openStream(client, { ...bodyOf(request), output_config }, signal);
  } catch (error) {
    if (!mayRefuseFormat(error)) throw error;
    const stream = await openStream(client, bodyOf(request), signal);
    client.formats.refuses(model);
    return stream;
  }
}

async function openStream(
  client: Client,
  body: MessageCreateParamsStreaming,
  signal: AbortSignal,
): Promise<OpenStream> {
  const { data, response } = await client.sdk.messages.create(body, { signal }).withResponse();
  return { events: data, response };
}

function bodyOf(request: LlmRequest): MessageCreateParamsStreaming {
  const body: MessageCreateParamsStreaming = {
    model: request.model,
    max_tokens: request.params.maxOutputTokens ?? defaultMaxTokens,
    messages: acceptable(request.messages).map(messageOf),
    stream: true,
  };
  if (request.system !== undefined && request.system !== '') body.system = request.system;
  return body;
}

/** The API refuses empty messages (an answer that was stopped before its first word) and a conversation that an answer opens. */
function acceptable(messages: readonly ChatMessage[]): ChatMessage[] {
  const filled = messages.filter((message) => textOf(message).trim() !== '' || imagesOf(message).length > 0);
  const first = filled.findIndex((message) => message.role === 'user');
  return filled.slice(Math.max(first, 0));
}

/** Pictures go first, as the provider advises; a part without text is refused. */
function messageOf(message: ChatMessage): MessageParam {
  if (message.role === 'assistant') return message;
  if (typeof message.content === 'string') return { role: 'user', content: message.content };
  const images = imagesOf(message).map(({ mediaType, data }) => ({
    type: 'image' as const,
    source: { type: 'base64' as const, media_type: mediaType, data },
  }));
  const texts = message.content.flatMap((part) => (part.type === 'text' && part.text.trim() !== '' ? [part] : []));
  return { role: 'user', content: [...images, ...texts] };
}
