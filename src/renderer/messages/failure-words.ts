/** A failure in words: what happened and what to do next, in the page's language. Pure: the translation is a parameter. */
import type { TFunction } from 'i18next';
import type { Failure } from '../../protocol/job.ts';
import { formatWait } from './spans.ts';

export type MessagesT = TFunction<'messages'>;

/** Where the keys of those providers are read from that have a variable of their own. */
const keyVariables: Readonly<Record<string, string>> = { openai: 'OPENAI_API_KEY', anthropic: 'ANTHROPIC_API_KEY' };

/** What the system or a proxy says of a connection that did not come about; the first that is found in the failure's causes. */
const reasons = [
  ['proxySignIn', /\b407\b/],
  ['proxy', /proxy/i],
  ['refused', /ECONNREFUSED/],
  ['unknownHost', /ENOTFOUND/],
  ['lookup', /EAI_AGAIN/],
  ['timedOut', /ETIMEDOUT|CONNECT_TIMEOUT/],
  ['noRoute', /EHOSTUNREACH/],
  ['noNetwork', /ENETUNREACH/],
  ['certificate', /CERT|TLS|SSL|SELF_SIGNED|ALTNAME|UNABLE_TO_/],
] as const;

/** `provider`: the id of the one that was asked. */
export function failureWords(t: MessagesT, failure: Failure, provider: string): string {
  const { code, status, retryAfterMs } = failure;
  const variable = keyVariables[provider];
  const said = [failure.message, ...(failure.causes ?? [])].join('\n');
  const reason = reasons.find(([, pattern]) => pattern.test(said))?.[0] ?? 'other';
  const isClosed = code === 'connection' && failure.class === 'retryable';
  return t(`failure.code.${isClosed ? 'connection-closed' : code}`, {
    provider,
    status: status === undefined ? '' : t('failure.httpStatus', { status }),
    wait: retryAfterMs === undefined ? '' : t('failure.forSpan', { span: formatWait(retryAfterMs) }),
    again: t('failure.again'),
    goesOn: t('failure.goesOn'),
    keyPlace: variable === undefined ? t('failure.keySettings') : t('failure.keyVariable', { variable }),
    reason: t(`failure.reason.${reason}`),
  });
}
