/** What a goal has delivered: a document, or several; while it is written, as it streams. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GoalDetails } from '../../protocol/goal-views.ts';
import { Quiet, Section } from '../jobs/section.tsx';
import { cn } from '../components/ui/cn.ts';
import { JobStatus } from '../messages/job-status.tsx';
import { useJobStream } from '../messages/stream-job.ts';
import { DownloadButton } from './download-button.tsx';
import { FoldedText } from './folded-text.tsx';
import { ModelText } from './model-text.tsx';

export function Deliverable({ details: { goal, artefacts } }: { readonly details: GoalDetails }) {
  const { t } = useTranslation('goals');
  const [chosen, setChosen] = useState(0);
  const shown = artefacts[chosen] ?? artefacts[0];
  const writes = goal.state === 'delivering';
  const stream = useJobStream(goal.jobId, writes);
  const own = writes && stream.job !== null && stream.job.id === goal.jobId ? stream : null;
  const ended = goal.state === 'failed' || goal.state === 'cancelled';
  if (shown === undefined && !writes && !ended) return null;
  return (
    <Section
      title={t('deliverable.title')}
      controls={
        shown === undefined ? undefined : (
          <div className="flex flex-wrap items-center gap-2">
            <DownloadButton goalId={goal.id} />
          </div>
        )
      }
    >
      {own !== null && own.job !== null && <JobStatus job={own.job} />}
      {own !== null && own.text !== '' && (
        <div aria-busy className="mt-3">
          <ModelText text={own.text} streaming />
        </div>
      )}
      {shown === undefined && ended && <Quiet>{t('deliverable.partial')}</Quiet>}
      {artefacts.length > 1 && !writes && (
        <ul aria-label={t('deliverable.artefacts')} className="mb-3 flex flex-wrap gap-1.5">
          {artefacts.map(({ name }, index) => (
            <li key={name}>
              <button
                type="button"
                aria-pressed={index === chosen}
                onClick={() => setChosen(index)}
                className={cn(
                  'rounded-lg border px-2.5 py-1 text-[0.8125rem]',
                  index === chosen ? 'border-line-strong bg-tint-strong font-medium' : 'text-ink-soft hover:bg-tint',
                )}
              >
                <span translate="no">{name}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {shown !== undefined && !writes && <FoldedText key={shown.name} text={shown.text} foldedPx={960} />}
    </Section>
  );
}
