/** What the job asks of its model, built now: system prompt, history, parameters. */
import { useTranslation } from 'react-i18next';
import type { JobId } from '../../protocol/ids.ts';
import type { JobRequestView, RequestMessageView } from '../../protocol/job-details.ts';
import { formatBytes, formatNumber } from '../i18n/format.ts';
import { showBidiControls } from '../messages/bidi-controls.ts';
import { Quiet, Section } from './section.tsx';
import { useJobRequest } from './use-job-details.ts';

export function JobRequest({ id, version }: { readonly id: JobId; readonly version: number }) {
  const { t } = useTranslation('jobs');
  const { t: common } = useTranslation('common');
  const read = useJobRequest(id, version);
  return (
    <Section title={t('request')}>
      {read.is === 'loading' && <Quiet>{common('loading')}</Quiet>}
      {read.is === 'failed' && (
        <div className="text-sm">
          <p className="font-medium">{t('requestFailed')}</p>
          <p translate="no" className="mt-0.5 wrap-anywhere text-ink-soft">
            {read.problem}
          </p>
        </div>
      )}
      {read.is === 'known' && <Request request={read.value} />}
    </Section>
  );
}

function Request({ request }: { readonly request: JobRequestView }) {
  const { t } = useTranslation('jobs');
  const { system, messages, since, unlisted, omittedMessages } = request;
  const params = paramWords(request, t);
  return (
    <div className="space-y-3 text-[0.8125rem]">
      <p className={since === 'changed' ? 'text-lamp-text' : 'text-ink-soft'}>{t(`since.${since}`)}</p>
      {params !== '' && (
        <p className="text-ink-soft">
          {t('params')}: {params}
        </p>
      )}
      {system === null ? (
        <p className="text-ink-soft">{t('noSystem')}</p>
      ) : (
        <details>
          <summary className="w-fit cursor-pointer rounded text-ink-soft">{t('system')}</summary>
          <Words text={system} />
        </details>
      )}
      {omittedMessages > 0 && <Quiet>{t('omitted', { count: omittedMessages })}</Quiet>}
      {unlisted > 0 && <Quiet>{t('unlisted', { count: unlisted })}</Quiet>}
      <ol tabIndex={0} aria-label={t('request')} className="max-h-[28rem] space-y-3 overflow-y-auto">
        {messages.map((message, index) => (
          // A request is built as a whole: a message's place in it is what it is known by.
          <li key={index}>
            <Message message={message} />
          </li>
        ))}
      </ol>
    </div>
  );
}

function Message({ message: { role, text, cutChars, images } }: { readonly message: RequestMessageView }) {
  const { t } = useTranslation('jobs');
  return (
    <div className={role === 'user' ? '' : 'border-l-2 border-line-strong pl-3'}>
      <p className="text-xs font-medium text-ink-faint">{t(`role.${role}`)}</p>
      <Words text={text} />
      {cutChars > 0 && <p className="text-xs text-ink-faint">{t('cut', { count: cutChars })}</p>}
      {images.map(({ mediaType, bytes }, index) => (
        <p key={index} className="mt-1 text-xs text-ink-soft">
          {t('image', { type: mediaType, size: formatBytes(bytes) })}
        </p>
      ))}
    </div>
  );
}

function Words({ text }: { readonly text: string }) {
  return (
    <p dir="auto" translate="no" className="mt-0.5 wrap-anywhere whitespace-pre-wrap">
      {showBidiControls(text)}
    </p>
  );
}

function paramWords(
  { params: { maxOutputTokens, temperature } }: JobRequestView,
  t: ReturnType<typeof useTranslation<'jobs'>>['t'],
): string {
  return [
    ...(temperature === undefined ? [] : [t('temperature', { value: formatNumber(temperature) })]),
    ...(maxOutputTokens === undefined ? [] : [t('maxOutputTokens', { count: maxOutputTokens })]),
  ].join(', ');
}
