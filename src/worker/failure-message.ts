/** What a person reads when a request failed: what happened, at which provider, and what to do next. */
import type { ProviderConnection } from '../protocol/provider.ts';
import type { Verdict } from './classify.ts';
import type { WireError } from './wire-error.ts';

/** The environment variables that hold keys, by the provider's id; the others' keys are stored with their settings. */
const keyVariables: Readonly<Record<string, string>> = { openai: 'OPENAI_API_KEY', anthropic: 'ANTHROPIC_API_KEY' };

/** A worker does not know which attempt is the last. */
const again = 'It is tried again while attempts are left; after that, retry the job by hand.';

/** `waitedMs`: how long a wait was that came to nothing. */
export function messageOf(
  verdict: Verdict,
  connection: ProviderConnection,
  error: WireError,
  waitedMs: number | undefined,
): string {
  const name = connection.id;
  const status = error.status === undefined ? '' : ` (HTTP ${error.status})`;
  switch (verdict.code) {
    case 'rate-limited':
      return `${name} asks us to slow down${status}${until(error)}. The job waits and goes on by itself.`;
    case 'overloaded':
      return `${name} is overloaded${status}${until(error)}. The job waits and goes on by itself.`;
    case 'quota-exhausted':
      return (
        `The account at ${name} has no quota or credit left${status}. Top it up, or put another key ${keyPlace(connection)}; ` +
        `jobs for ${name} wait until then.`
      );
    case 'server-error':
      return `${name} failed while it handled the request${status}. ${again}`;
    case 'connection':
      return connectionMessage(verdict, connection, error);
    case 'interrupted':
      return `${name} ended its answer in the middle. What had arrived is kept as a partial answer. ${again}`;
    case 'first-content-timeout':
      return (
        `${name} sent nothing of an answer within ${seconds(waitedMs)}. ${again} If this model thinks for longer, raise the ` +
        "wait for the first content in the provider's settings."
      );
    case 'idle-timeout':
      return (
        `${name} fell silent for ${seconds(waitedMs)} in the middle of its answer. What had arrived is kept as a partial ` +
        `answer. ${again}`
      );
    case 'not-a-stream':
      return (
        `${name} answered with something that is no model's answer. Check the provider's base URL` +
        `${addressOf(connection)}: it usually ends in /v1. A proxy or a ` +
        'sign-in page in between does the same.'
      );
    case 'context-overflow':
      return (
        `The conversation is too long for this model at ${name}${status}. Start a new conversation, shorten the message, ` +
        'or choose a model with a larger context.'
      );
    case 'content-policy':
      return `${name} refused the request by its content policy${status}. Change the message and send it again.`;
    case 'unknown-model':
      return (
        `${name} has no model of that name, or this key may not use it${status}. Choose another model for the agent, and ` +
        'retry the job.'
      );
    case 'not-found':
      return `${name} does not know the address that was asked${status}. Check the provider's base URL${addressOf(connection)}.`;
    case 'bad-request':
      return `${name} refused the request${status}. Its own words are with this job; change what they name, and retry it.`;
    case 'unauthorized':
      return `${name} did not accept the key${status}. Put a valid one ${keyPlace(connection)}; jobs for ${name} wait until then.`;
    case 'missing-key':
      return `There is no key for ${name}. Put one ${keyPlace(connection)}; jobs for ${name} wait until then.`;
    case 'cut-tool-call':
      return (
        `${name} cut a tool call of the model at the limit on the answer's length, so it is of no use. Raise the agent's ` +
        'maximum output tokens, and retry the job.'
      );
    case 'cancelled-by-user':
    case 'dependency-failed':
    case 'poison':
    case 'expired':
    case 'queued-too-long':
    case 'run-timeout':
    case 'internal':
      return (
        `Something went wrong inside Nightshift while it spoke to ${name}. The details are with this job: please report ` +
        'them, and retry it.'
      );
    default:
      return verdict.code satisfies never;
  }
}

/** The key or a header cannot be put into an HTTP request at all. */
export function unsendableHeaderMessage(connection: ProviderConnection): string {
  return (
    `The key or an extra header of ${connection.id} has characters that cannot be sent, such as a line break or a typographic ` +
    `quote. Put the right one ${keyPlace(connection)}; jobs for ${connection.id} wait until then.`
  );
}

const systemReasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing accepts connections at that address. Start the server, or check the base URL',
  ENOTFOUND: 'its host name is not known. Check the base URL and your network',
  EAI_AGAIN: 'its host name could not be looked up. Check your network',
  ETIMEDOUT: 'the connection was not answered in time. Check your network, and any proxy or firewall',
  UND_ERR_CONNECT_TIMEOUT: 'the connection was not answered in time. Check your network, and any proxy or firewall',
  EHOSTUNREACH: 'there is no way to its host. Check your network',
  ENETUNREACH: 'there is no network. Check your connection',
};

function connectionMessage(verdict: Verdict, connection: ProviderConnection, error: WireError): string {
  const { id } = connection;
  const code = error.systemCode ?? '';
  if (verdict.class === 'retryable') {
    return `${id} closed the connection before it answered. ${again}`;
  }
  const refusedBy = proxyStatus(error);
  if (refusedBy === 407) {
    return `The proxy on the way to ${id} wants you to sign in (HTTP 407). Put user and password into the proxy's URL.`;
  }
  if (refusedBy !== undefined) {
    return (
      `${id} cannot be reached${addressOf(connection)}: the proxy on the way does not let us through (HTTP ${refusedBy}). ` +
      'Ask those who run it, check HTTPS_PROXY and HTTP_PROXY, or name the host in NO_PROXY. The job waits and goes on ' +
      'by itself.'
    );
  }
  const isTls = /CERT|TLS|SSL|SELF_SIGNED|ALTNAME|UNABLE_TO_/u.test(code);
  const reason = isTls
    ? 'its certificate is not trusted here. If a proxy or the server has its own authority, name it in NODE_EXTRA_CA_CERTS'
    : (systemReasons[code] ?? 'the connection failed. Check the base URL and your network');
  return `${id} cannot be reached${addressOf(connection)}: ${reason}. The job waits and goes on by itself.`;
}

/** With what status a proxy refused. Node's HTTP client hands on that of a tunnel in the words of its error alone. */
function proxyStatus({ status, causes }: WireError): number | undefined {
  if (status === 407) return status;
  const [, refusal] = /Proxy response \((\d{3})\)/u.exec(causes.join('\n')) ?? [];
  return refusal === undefined ? undefined : Number(refusal);
}

function addressOf(connection: ProviderConnection): string {
  return connection.baseUrl === undefined ? '' : ` (${withoutPassword(connection.baseUrl)})`;
}

/** A URL may carry a password; that is nobody's business. */
function withoutPassword(address: string): string {
  const url = URL.parse(address);
  return url === null ? address : `${url.origin}${url.pathname === '/' ? '' : url.pathname}`;
}

function keyPlace(connection: ProviderConnection): string {
  const variable = keyVariables[connection.id];
  return variable === undefined
    ? 'into the settings of this provider'
    : `into ${variable} and start Nightshift again, or into the settings of this provider`;
}

function until(error: WireError): string {
  return error.retryAfterMs === undefined ? '' : `, for ${seconds(error.retryAfterMs)}`;
}

function seconds(durationMs = 0): string {
  return durationMs >= 120_000
    ? `${Math.round(durationMs / 60_000)} min`
    : `${Number((durationMs / 1_000).toFixed(1))} s`;
}
