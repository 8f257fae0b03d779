/**
 * Every way in which the wire can fail, as a table: what the server does, and what must become of it in the row, at the
 * server and on the page. `wire.test.ts` goes through it with both SDKs.
 */
import { beginStream } from '../support/model-server.ts';
import { refusalRows } from './wire-refusal-rows.ts';
import {
  answered,
  counted,
  half,
  inTwo,
  interrupted,
  once,
  refused,
  retriable,
  says,
  secondTry,
  stays,
  whole,
  type WireRow,
} from './wire-row.ts';

// Tried again and again meanwhile, after ever longer pauses.
const unreachable = {
  state: 'waiting',
  actions: ['Cancel'],
  failure: 'provider-down/connection',
  requests: 0,
} as const;

export const wireRows: readonly WireRow[] = [
  { ...interrupted, name: 'clean-end', serve: says(half) },
  {
    ...retriable,
    name: 'cut-before-first-byte',
    serve: ({ response }) => void response.destroy(),
    failure: 'retryable/connection',
    shows: [/The answer failed/u, /closed the connection before it answered\./u],
  },
  {
    ...interrupted,
    name: 'cut-in-the-middle',
    serve: ({ response }, dialect) => {
      beginStream(response);
      response.write(half(dialect), () => setTimeout(() => response.destroy(), 60));
    },
    words: /terminated|closed|aborted/u,
  },
  ...(['no-bytes', 'comments-only'] as const).map((name): WireRow => ({
    ...retriable,
    name,
    // Long enough for the request to be there on a busy machine.
    timeouts: { firstContentMs: 1_500 },
    serve: stays(() => '', { keepAlive: name === 'comments-only' }),
    failure: 'retryable/first-content-timeout',
    shows: [/The answer failed/u, /sent nothing of an answer in time\./u],
  })),
  {
    ...retriable,
    name: 'silent-in-the-middle',
    timeouts: { idleMs: 1_000 },
    serve: stays(half, { keepAlive: true }),
    failure: 'retryable/idle-timeout',
    text: 'Half an answer',
    shows: [
      /The answer failed/u,
      /fell silent in the middle of its answer/u,
      /Interrupted: this is as far as it came\./u,
    ],
  },
  { ...answered, name: 'socket-stays-open', serve: stays(whole), text: 'Whole at last.', shows: counted },
  { ...secondTry, name: 'overloaded-in-200', serve: once(says(({ start, overloaded }) => start + overloaded)) },
  {
    ...interrupted,
    name: 'overloaded-in-the-middle',
    serve: says((dialect) => half(dialect) + dialect.overloaded),
    words: /overloaded/iu,
  },
  {
    ...refused,
    name: 'flagged-in-the-middle',
    serve: says((dialect) => half(dialect) + dialect.flagged),
    failure: 'rejected/content-policy',
    text: 'Half an answer',
    shows: [
      /The provider refused this request/u,
      /by its content policy/u,
      /Interrupted: this is as far as it came\./u,
    ],
    words: /flagged by our content policy/u,
    provider: 'healthy',
  },
  {
    ...retriable,
    name: 'finish-reason-error',
    only: 'openai',
    serve: says(() => 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"error"}]}\n\n'),
    failure: 'retryable/server-error',
    shows: [/The answer failed/u, /failed while it handled the request\./u],
  },
  {
    ...interrupted,
    name: 'finish-reason-error-late',
    only: 'openai',
    serve: says((dialect) => `${half(dialect)}data: {"choices":[{"index":0,"delta":{},"finish_reason":"error"}]}\n\n`),
  },
  {
    ...retriable,
    name: 'page-of-html',
    serve: ({ response }) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<!doctype html>\n<title>Sign in to the network</title>\n\n<p>Hello</p>\n');
    },
    failure: 'retryable/not-a-stream',
    shows: [/The answer failed/u, /something that is no model’s answer\. Check the provider’s base URL/u],
    words: /Sign in to the network/u,
  },
  {
    ...retriable,
    name: 'garbage',
    serve: says(() => 'event: message_start\ndata: {"half\n\n'),
    failure: 'retryable/not-a-stream',
    shows: [/The answer failed/u, /something that is no model’s answer/u],
  },
  {
    ...secondTry,
    name: 'json-instead',
    serve: once(({ response }) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { message: 'slow down', type: 'rate_limit_error' } }));
    }),
  },
  {
    ...answered,
    name: 'half-a-character',
    serve: inTwo('naïve 漢字 🌙', (bytes) => bytes.indexOf(Buffer.from('字')) + 1),
    text: 'naïve 漢字 🌙',
    shows: counted,
  },
  {
    ...answered,
    name: 'half-a-line',
    serve: inTwo('One line in two.', (bytes) => bytes.indexOf('in two')),
    text: 'One line in two.',
    shows: counted,
  },
  ...refusalRows,
  {
    ...unreachable,
    name: 'refused',
    address: 'nobody',
    shows: [/cannot be reached/u, /nothing accepts connections at that address/u],
    words: /ECONNREFUSED/u,
  },
  {
    ...unreachable,
    name: 'no-name',
    address: 'no name',
    shows: [/cannot be reached/u, /its host name/u],
    words: /ENOTFOUND|EAI_AGAIN/u,
  },
  {
    ...unreachable,
    name: 'no-tls',
    address: 'no TLS',
    shows: [/cannot be reached/u, /its certificate is not trusted/u],
    words: /ssl|tls|EPROTO/iu,
  },
  {
    ...unreachable,
    name: 'no-way-through',
    address: 'proxy',
    shows: [/cannot be reached/u, /the proxy on the way does not let us through/u],
    words: /403/u,
  },
  {
    ...answered,
    name: 'token-limit',
    serve: says((dialect) => dialect.start + dialect.text('It all began') + dialect.end({ reason: 'length' })),
    text: 'It all began',
    shows: [...counted, /Cut: it reached the token limit/u],
    actions: ['Continue'],
  },
  {
    ...refused,
    name: 'cut-tool-call',
    serve: says((dialect) => dialect.start + dialect.toolCall + dialect.end({ reason: 'length' })),
    failure: 'rejected/cut-tool-call',
    shows: [
      /The provider refused this request/u,
      /cut a tool call of the model.*Raise the agent’s maximum output tokens/u,
    ],
    provider: 'healthy',
  },
  {
    ...answered,
    name: 'no-usage',
    serve: says((dialect) => dialect.start + dialect.text('Nobody counted.') + dialect.end({ usage: false })),
    text: 'Nobody counted.',
    shows: [/≈ \d+ in/u, /≈ \d+ out/u],
  },
  // OpenAI's figures come in a last chunk whose `choices` are empty, as in every whole answer here.
  { ...answered, name: 'empty-choices', serve: says(whole), text: 'Whole at last.', shows: counted },
  {
    ...answered,
    name: 'thinking',
    serve: says((dialect) => dialect.start + dialect.thinking('Let me see.') + dialect.text('Seen.') + dialect.end()),
    text: 'Seen.',
    thinking: 'Let me see.',
    shows: [...counted, /Thoughts/u],
  },
];
