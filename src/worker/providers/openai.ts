/**
 * OpenAI's chat completions, and everything that speaks the same protocol (`openai-compatible`). Two differences between
 * the kinds: OpenAI limits the length by `max_completion_tokens`, all others know `max_tokens`; and some others refuse
 * `stream_options`, so they are asked again without it, once for each client. A format is structured output in strict mode;
 * what does not take it is asked again without it (`format-support.ts`).
 */
import OpenAI, { BadRequestError, UnprocessableEntityError } from 'openai';
import type {
  ChatCompletionCreateParamsStreaming,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions';
import type { ProviderConnection } from '../../protocol/provider.ts';
import type { ChatMessage, LlmRequest } from '../../protocol/request.ts';
import { firstContentTimeout, missingKey, notAStream, thrownFailure } from '../failures.ts';
import { createClientCache } from './client-cache.ts';
import { createFormatSupport, type FormatSupport, mayRefuseFormat } from './format-support.ts';
import { listedModels } from './listed-model.ts';
import { openaiReader } from './openai-reader.ts';
import type { Provider } from './provider.ts';
import { type OpenStream, streamAnswer } from './stream-answer.ts';
import { strictSchema } from './strict-schema.ts';
import { wireFetch } from './wire.ts';

const defaultBaseUrl = 'https://api.openai.com/v1';

interface Client {
  sdk: OpenAI;
  /** False once the server has refused `stream_options`; usage is then estimated. */
  asksForUsage: boolean;
  formats: FormatSupport;
}

const clientOf = createClientCache<Client>((connection) => ({
  sdk: new OpenAI({
    // A server without keys must not be sent one: some refuse an Authorization header that they do not expect.
    apiKey: connection.apiKey ?? 'none',
    baseURL: connection.baseUrl ?? defaultBaseUrl,
    organization: null,
    project: null,
    defaultHeaders: { ...(connection.apiKey === undefined ? { Authorization: null } : {}), ...connection.headers },
    fetch: wireFetch,
    maxRetries: 0,
    timeout: clientTimeoutMs,
    logLevel: 'off',
  }),
  asksForUsage: true,
  formats: createFormatSupport(),
}));

/** The SDK's own limit on the headers is out of the way; `content-watch.ts` is stricter. */
const clientTimeoutMs = 4_000_000;
const listTimeoutMs = 15_000;

export const openai: Provider = {
  async answer(request, connection, signal, emit) {
    if (needsKey(connection)) return { type: 'failed', failure: missingKey(connection) };
    const open = (inner: AbortSignal): Promise<OpenStream> => ask(clientOf(connection), request, connection, inner);
    return streamAnswer(connection, signal, open, openaiReader(request.model, connection, emit));
  },

  async listModels(connection) {
    if (needsKey(connection)) return { type: 'failed', failure: missingKey(connection) };
    const signal = AbortSignal.timeout(listTimeoutMs);
    try {
      // Not `models.list`: it drops a list that is no page of OpenAI's, and takes a sign-in page for an empty one.
      const body: unknown = await clientOf(connection).sdk.get('/models', { signal });
      const models = listedModels(body);
      if (models !== undefined) return { type: 'listed', models };
      return {
        type: 'failed',
        failure: notAStream(connection, typeof body === 'string' ? body : JSON.stringify(body)),
      };
    } catch (error) {
      const failure = signal.aborted
        ? firstContentTimeout(connection, listTimeoutMs)
        : thrownFailure(error, connection, { answering: false });
      return { type: 'failed', failure };
    }
  },
};

function needsKey(connection: ProviderConnection): boolean {
  return connection.kind === 'openai' && connection.apiKey === undefined;
}

/** A server may refuse two things, so there are up to three requests. What it was is known when one without it is answered. */
async function ask(
  client: Client,
  request: LlmRequest,
  connection: ProviderConnection,
  signal: AbortSignal,
): Promise<OpenStream> {
  const { format, model } = request;
  let asksForFormat = format !== undefined && client.formats.takes(model);
  for (;;) {
    try {
      const stream = await openStream(client, bodyOf(request, connection, client.asksForUsage, asksForFormat), signal);
      if (format !== undefined && !asksForFormat) client.formats.refuses(model);
      return stream;
    } catch (error) {
      if (connection.kind === 'openai-compatible' && client.asksForUsage && refusesStreamOptions(error)) {
        client.asksForUsage = false;
      } else if (asksForFormat && mayRefuseFormat(error)) {
        asksForFormat = false;
      } else {
        throw error;
      }
    }
  }
}

async function openStream(
  client: Client,
  body: ChatCompletionCreateParamsStreaming,
  signal: AbortSignal,
): Promise<OpenStream> {
  const { data, response } = await client.sdk.chat.completions.create(body, { signal }).withResponse();
  return { events: data, response };
}

function refusesStreamOptions(error: unknown): boolean {
  return (
    (error instanceof BadRequestError || error instanceof UnprocessableEntityError) &&
    /stream_options|include_usage/iu.test(error.message)
  );
}

function bodyOf(
  request: LlmRequest,
  connection: ProviderConnection,
  asksForUsage: boolean,
  asksForFormat: boolean,
): ChatCompletionCreateParamsStreaming {
  const { format, params } = request;
  const { maxOutputTokens, temperature } = params;
  const body: ChatCompletionCreateParamsStreaming = {
    model: request.model,
    messages: [
      ...(request.system === undefined || request.system === ''
        ? []
        : [{ role: 'system' as const, content: request.system }]),
      ...request.messages.map(messageOf),
    ],
    stream: true,
  };
  if (asksForUsage) body.stream_options = { include_usage: true };
  if (temperature !== undefined) body.temperature = temperature;
  if (format !== undefined && asksForFormat) {
    const { name, schema } = format;
    body.response_format = { type: 'json_schema', json_schema: { name, schema: strictSchema(schema), strict: true } };
  }
  if (maxOutputTokens === undefined) return body;
  const limit =
    connection.kind === 'openai' ? { max_completion_tokens: maxOutputTokens } : { max_tokens: maxOutputTokens };
  return { ...body, ...limit };
}

/** Pictures travel inside the request, as data URLs. */
function messageOf(message: ChatMessage): ChatCompletionMessageParam {
  if (message.role === 'assistant') return message;
  if (typeof message.content === 'string') return { role: 'user', content: message.content };
  return {
    role: 'user',
    content: message.content.map((part) =>
      part.type === 'text'
        ? part
        : { type: 'image_url', image_url: { url: `data:${part.mediaType};base64,${part.data}` } },
    ),
  };
}
