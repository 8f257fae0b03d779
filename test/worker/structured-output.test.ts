/** An answer that is to be JSON of a shape: what is sent to both providers, and what becomes of it where nobody knows of that. */
import { describe, expect, it } from 'vitest';
import { planFormatFor, reviewFormat } from '../../src/engine/goals/formats.ts';
import { mostUsage } from '../../src/engine/request-builder.ts';
import type { ProviderConnection } from '../../src/protocol/provider.ts';
import type { LlmRequest } from '../../src/protocol/request.ts';
import { anthropic } from '../../src/worker/providers/anthropic.ts';
import { openai } from '../../src/worker/providers/openai.ts';
import { strictSchema } from '../../src/worker/providers/strict-schema.ts';
import { estimateUsage } from '../../src/worker/usage.ts';
import { startAimock } from '../support/aimock.ts';
import { askProvider, requestOf } from '../support/ask-provider.ts';
import {
  anthropicEvents,
  beginStream,
  type Exchange,
  type ModelServer,
  openaiChunk,
  openaiEvents,
  startModelServer,
} from '../support/model-server.ts';

const format = {
  name: 'review',
  schema: {
    type: 'object',
    properties: {
      verdict: { type: 'string', enum: ['accept', 'send-back'] },
      reasons: { type: 'array', maxItems: 20, items: { type: 'string', minLength: 1, maxLength: 4_000 } },
    },
    required: ['verdict'],
  },
};
/** The same in strict mode. */
const strict = {
  type: 'object',
  properties: {
    verdict: { type: 'string', enum: ['accept', 'send-back'] },
    reasons: { type: 'array', items: { type: 'string' } },
  },
  required: ['verdict', 'reasons'],
  additionalProperties: false,
};
const request = (more: Partial<LlmRequest> = {}): LlmRequest => requestOf('Review this.', { format, ...more });

const connectionTo = ({ url }: ModelServer, kind: ProviderConnection['kind']): ProviderConnection => ({
  id: kind,
  kind,
  baseUrl: kind === 'anthropic' ? url : `${url}/v1`,
  apiKey: 'test-key',
  timeouts: { firstContentMs: 5_000, idleMs: 5_000 },
});

const openaiAnswer = [openaiEvents.text('{"verdict":"accept"}'), openaiEvents.finish(), openaiEvents.done()];
const anthropicAnswer = [
  anthropicEvents.start(),
  anthropicEvents.text('{"verdict":"accept"}'),
  anthropicEvents.finish(),
  anthropicEvents.stop(),
];

interface Subject {
  kind: ProviderConnection['kind'];
  provider: typeof openai;
  answer: string[];
  /** The parameter that carries the format. */
  parameter: string;
  sent: unknown;
  /** What a model that does not know it says. */
  refusal: unknown;
}

const subjects: Subject[] = [
  {
    kind: 'openai',
    provider: openai,
    answer: openaiAnswer,
    parameter: 'response_format',
    sent: { type: 'json_schema', json_schema: { name: 'review', schema: strict, strict: true } },
    refusal: {
      error: {
        message: "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.",
        type: 'invalid_request_error',
        param: null,
        code: null,
      },
    },
  },
  {
    kind: 'openai-compatible',
    provider: openai,
    answer: openaiAnswer,
    parameter: 'response_format',
    sent: { type: 'json_schema', json_schema: { name: 'review', schema: strict, strict: true } },
    refusal: {
      detail: [{ type: 'extra_forbidden', loc: ['body', 'response_format'], msg: 'Extra inputs are not permitted' }],
    },
  },
  {
    kind: 'anthropic',
    provider: anthropic,
    answer: anthropicAnswer,
    parameter: 'output_config',
    sent: { format: { type: 'json_schema', schema: strict } },
    refusal: {
      type: 'error',
      error: { type: 'invalid_request_error', message: 'output_config.format: not supported by this model' },
    },
  },
];

const refuse = ({ response }: Exchange, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
};
const answerWith = ({ response }: Exchange, parts: readonly string[]): void => {
  beginStream(response);
  response.end(parts.join(''));
};
const has = ({ body }: Exchange, parameter: string): boolean =>
  typeof body === 'object' && body !== null && parameter in body;

describe.each(subjects)('structured output of $kind', ({ kind, provider, answer, parameter, sent, refusal }) => {
  it('is asked for in strict mode', async () => {
    await using server = await startModelServer((exchange) => answerWith(exchange, answer));
    const asked = askProvider(provider, connectionTo(server, kind), request());
    expect(await asked.outcome).toMatchObject({ type: 'answered', finishReason: 'stop' });
    expect(asked.text()).toBe('{"verdict":"accept"}');
    expect(server.exchanges[0]?.body).toMatchObject({ [parameter]: sent });
  });

  it('is not asked for without a format', async () => {
    await using server = await startModelServer((exchange) => answerWith(exchange, answer));
    await askProvider(provider, connectionTo(server, kind)).outcome;
    expect(server.exchanges[0]?.body).not.toHaveProperty(parameter);
  });

  it('is given up for a model that refuses it, in the same attempt and then for good', async () => {
    await using server = await startModelServer((exchange) => {
      if (has(exchange, parameter)) refuse(exchange, 400, refusal);
      else answerWith(exchange, answer);
    });
    const connection = connectionTo(server, kind);
    for (let time = 0; time < 2; time += 1) {
      const asked = askProvider(provider, connection, request());
      expect(await asked.outcome).toMatchObject({ type: 'answered' });
      expect(asked.text()).toBe('{"verdict":"accept"}');
    }
    expect(server.exchanges.map((exchange) => has(exchange, parameter))).toEqual([true, false, false]);
    await askProvider(provider, connection, request({ model: 'another-model' })).outcome;
    expect(server.exchanges.map((exchange) => has(exchange, parameter))).toEqual([true, false, false, true, false]);
  });

  it('is given up for a server that only says that the request is bad', async () => {
    await using server = await startModelServer((exchange) => {
      if (has(exchange, parameter)) refuse(exchange, 400, { error: { message: 'bad request' } });
      else answerWith(exchange, answer);
    });
    expect(await askProvider(provider, connectionTo(server, kind), request()).outcome).toMatchObject({
      type: 'answered',
    });
  });

  it('is tried again when the request is bad in both ways: then something else was', async () => {
    let refusing = true;
    await using server = await startModelServer((exchange) => {
      if (refusing) refuse(exchange, 400, { error: { message: 'the moon is full' } });
      else answerWith(exchange, answer);
    });
    const connection = connectionTo(server, kind);
    expect(await askProvider(provider, connection, request()).outcome).toMatchObject({
      failure: { class: 'rejected', code: 'bad-request', providerMessage: 'the moon is full' },
    });
    refusing = false;
    await askProvider(provider, connection, request()).outcome;
    expect(server.exchanges.map((exchange) => has(exchange, parameter))).toEqual([true, false, true]);
  });

  it.each([
    [401, 'invalid key', 'unauthorized'],
    [400, 'prompt is too long: 300000 tokens > 200000 maximum', 'context-overflow'],
    [429, 'slow down', 'rate-limited'],
    [500, 'oops', 'server-error'],
  ])('is no matter when the answer is %i, %s', async (status, message, code) => {
    await using server = await startModelServer((exchange) => refuse(exchange, status, { error: { message } }));
    expect(await askProvider(provider, connectionTo(server, kind), request()).outcome).toMatchObject({
      failure: { code },
    });
    expect(server.exchanges).toHaveLength(1);
  });

  it('ends at once when it is cancelled between two tries', async () => {
    await using server = await startModelServer((exchange) => {
      if (has(exchange, parameter)) refuse(exchange, 400, refusal);
    });
    const asked = askProvider(provider, connectionTo(server, kind), request());
    await server.nextExchange();
    await server.nextExchange();
    asked.cancel();
    expect(await asked.outcome).toEqual({ type: 'aborted' });
  });
});

describe('an answer of a shape', () => {
  it('that a model of OpenAI refuses to give is filtered, with its words', async () => {
    const refused = [
      openaiChunk({ delta: { refusal: "I'm sorry, " } }),
      openaiChunk({ delta: { refusal: 'I cannot plan that.' } }),
      openaiEvents.finish(),
      openaiEvents.done(),
    ];
    await using server = await startModelServer((exchange) => answerWith(exchange, refused));
    const asked = askProvider(openai, connectionTo(server, 'openai'), request());
    expect(await asked.outcome).toMatchObject({ type: 'answered', finishReason: 'filtered' });
    expect(asked.text()).toBe("I'm sorry, I cannot plan that.");
  });

  it.each([
    ['openai', openai, [openaiEvents.text('{"verd'), openaiEvents.finish('length'), openaiEvents.done()]],
    [
      'anthropic',
      anthropic,
      [
        anthropicEvents.start(),
        anthropicEvents.text('{"verd'),
        anthropicEvents.finish('max_tokens'),
        anthropicEvents.stop(),
      ],
    ],
  ] as const)('that the limit of %s has cut says so', async (kind, provider, cut) => {
    await using server = await startModelServer((exchange) => answerWith(exchange, cut));
    const asked = askProvider(provider, connectionTo(server, kind), request());
    expect(await asked.outcome).toMatchObject({ type: 'answered', finishReason: 'length' });
    expect(asked.text()).toBe('{"verd');
  });

  it('is refused two things by a server that knows neither, and has its answer with the third request', async () => {
    await using server = await startModelServer((exchange) => {
      const refused = ['response_format', 'stream_options'].find((parameter) => has(exchange, parameter));
      if (refused === undefined) answerWith(exchange, openaiAnswer);
      else refuse(exchange, 422, { detail: `unknown field ${refused}` });
    });
    const connection = connectionTo(server, 'openai-compatible');
    expect(await askProvider(openai, connection, request()).outcome).toMatchObject({ type: 'answered' });
    expect(await askProvider(openai, connection, request()).outcome).toMatchObject({ type: 'answered' });
    expect(server.exchanges).toHaveLength(4);
  });

  it('is what a model server that nobody here wrote is asked for, at both providers', async () => {
    await using server = await startAimock();
    server.mock.onMessage('Review this.', { content: '{"verdict":"accept","reasons":[]}' });
    for (const [provider, connection] of [
      [openai, server.openai],
      [anthropic, server.anthropic],
    ] as const) {
      const asked = askProvider(provider, connection, request());
      expect(await asked.outcome).toMatchObject({ type: 'answered', finishReason: 'stop' });
      expect(asked.text()).toBe('{"verdict":"accept","reasons":[]}');
    }
  });

  it('counts its schema as input', () => {
    const bare = requestOf('Review this.');
    expect(mostUsage(request()).inputTokens).toBeGreaterThan(mostUsage(bare).inputTokens + 50);
    expect(estimateUsage(request(), '', '').inputTokens).toBeGreaterThan(estimateUsage(bare, '', '').inputTokens + 50);
  });
});

describe('strictSchema', () => {
  const allowed = new Set([
    'type',
    'enum',
    'const',
    'description',
    '$ref',
    '$defs',
    'anyOf',
    'items',
    'properties',
    'required',
    'additionalProperties',
  ]);

  /** Every schema in a schema. */
  function* schemasIn(value: unknown): Generator<Record<string, unknown>> {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    const schema = value as Record<string, unknown>;
    yield schema;
    yield* schemasIn(schema['items']);
    for (const inner of Object.values(schema['properties'] ?? {})) yield* schemasIn(inner);
  }

  it.each([planFormatFor(['Ada', 'Grace']), reviewFormat])(
    'leaves of our formats what strict mode takes',
    ({ schema }) => {
      const schemas = [...schemasIn(strictSchema(schema))];
      expect(schemas.length).toBeGreaterThan(3);
      for (const inner of schemas) {
        expect(Object.keys(inner).filter((key) => !allowed.has(key))).toEqual([]);
        if (inner['type'] !== 'object') continue;
        expect(inner['required']).toEqual(Object.keys(inner['properties'] ?? {}));
        expect(inner['additionalProperties']).toBe(false);
      }
    },
  );

  it('keeps alternatives, references and a property that is called like a keyword', () => {
    const schema = {
      $defs: { node: { type: 'object', properties: { minLength: { type: 'integer', minimum: 1 } } } },
      type: 'object',
      properties: {
        one: { oneOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] },
        many: { type: 'array', minItems: 1, items: { $ref: '#/$defs/node' } },
      },
    };
    expect(strictSchema(schema)).toEqual({
      $defs: {
        node: {
          type: 'object',
          properties: { minLength: { type: 'integer' } },
          required: ['minLength'],
          additionalProperties: false,
        },
      },
      type: 'object',
      properties: {
        one: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] },
        many: { type: 'array', items: { $ref: '#/$defs/node' } },
      },
      required: ['one', 'many'],
      additionalProperties: false,
    });
  });
});
