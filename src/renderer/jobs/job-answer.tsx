/** What the job has answered so far, as it streams. */
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobView } from '../../protocol/views.ts';
import { showBidiControls } from '../messages/bidi-controls.ts';
import type { JobStream } from '../messages/job-stream.ts';
import { Quiet, Section } from './section.tsx';

const Markdown = lazy(() => import('../messages/markdown.tsx'));

export function JobAnswer({ job, stream }: { readonly job: JobView; readonly stream: JobStream }) {
  const { t } = useTranslation('jobs');
  const { text, thinking } = stream;
  const streaming = job.state === 'active';
  const omitted = job.result?.omittedMessages ?? 0;
  return (
    <Section title={streaming && text !== '' ? t('answerStreaming') : t('answer')}>
      <div aria-busy={streaming} className="max-h-[32rem] space-y-3 overflow-y-auto" tabIndex={0}>
        {omitted > 0 && <Quiet>{t('omitted', { count: omitted })}</Quiet>}
        {thinking !== '' && (
          <details className="text-[0.8125rem] text-ink-soft">
            <summary className="w-fit cursor-pointer rounded">{t('thinking')}</summary>
            <p dir="auto" translate="no" className="mt-2 border-l-2 pl-3 wrap-anywhere whitespace-pre-wrap">
              {showBidiControls(thinking)}
            </p>
          </details>
        )}
        {text === '' && thinking === '' && <Quiet>{t('noAnswer')}</Quiet>}
        {text !== '' && (
          <div translate="no">
            <Suspense
              fallback={<p className="leading-relaxed wrap-anywhere whitespace-pre-wrap">{showBidiControls(text)}</p>}
            >
              <Markdown text={text} streaming={streaming} />
            </Suspense>
          </div>
        )}
      </div>
    </Section>
  );
}
