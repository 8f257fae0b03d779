/** A job in figures: what it asks, when it ran, what it took, and the rules it runs by. */
import type { ReactNode } from 'react';
import { useSelector } from '@xstate/react';
import { useTranslation } from 'react-i18next';
import type { JobDetails } from '../../protocol/job-details.ts';
import type { JobView } from '../../protocol/views.ts';
import { formatDuration } from '../i18n/duration.ts';
import type { jobs as english } from '../i18n/en/jobs.ts';
import { formatDateTime, formatMoney, formatNumber } from '../i18n/format.ts';
import { useServices } from '../services.tsx';
import { hashOf } from '../shell/route.ts';
import { numberOf } from '../workers/worker-number.ts';
import { Foreign, TextLink } from './text-parts.tsx';

interface JobFactsProps {
  readonly job: JobView;
  readonly details: JobDetails;
}

type FactName = keyof (typeof english)['fact'];
type JobsT = ReturnType<typeof useTranslation<'jobs'>>['t'];

interface Fact {
  readonly name: FactName;
  readonly value: ReactNode;
}

/** None where there is nothing to say. */
function fact(name: FactName, value: ReactNode): readonly Fact[] {
  return value === null || value === undefined ? [] : [{ name, value }];
}

const dateTime = (at: number | null): string | null => (at === null ? null : formatDateTime(at));

export function JobFacts({ job, details }: JobFactsProps) {
  const { t } = useTranslation('jobs');
  const { t: common } = useTranslation('common');
  const agent = useSelector(useServices().agents, ({ all }) => all.find(({ id }) => id === job.agentId)?.name);
  const { finishedOn, processedBy } = job;
  const { timeouts, fallbacks, parentId, group } = details;
  const facts = [
    fact('lane', common(`lane.${job.lane}`)),
    fact('model', <Foreign>{modelWords(t, job)}</Foreign>),
    fact('agent', agent === undefined ? null : <Foreign>{agent}</Foreign>),
    fact('created', formatDateTime(job.createdAt)),
    fact('started', dateTime(job.processedOn)),
    fact('finished', dateTime(finishedOn)),
    fact('took', finishedOn === null ? null : formatDuration(finishedOn - job.createdAt)),
    fact('attempts', t('attemptsOf', { made: job.attemptsMade, max: job.maxAttempts, started: job.attemptsStarted })),
    fact(
      'worker',
      processedBy === null ? null : (
        <TextLink to={hashOf({ page: 'workers' })}>{t('onWorker', { number: numberOf(processedBy) })}</TextLink>
      ),
    ),
    ...resultFacts(t, job),
    fact('backoff', backoffWords(t, details)),
    fact('timeout', timeouts.runMs === undefined ? null : formatDuration(timeouts.runMs)),
    fact('deadline', finishedOn === null ? dateTime(details.deadlineAt) : null),
    fact('fallbacks', fallbacks.length === 0 ? null : <Foreign>{fallbacks.join(', ')}</Foreign>),
    fact(
      'parent',
      parentId === null ? null : (
        <TextLink to={hashOf({ page: 'job', id: parentId })}>
          <Foreign>…{parentId.slice(-8)}</Foreign>
        </TextLink>
      ),
    ),
    fact('group', <Foreign>{group}</Foreign>),
    fact('id', <Foreign className="font-mono text-xs">{job.id}</Foreign>),
  ].flat();
  return (
    <dl className="mt-4 grid grid-cols-2 gap-x-6 gap-y-2.5 text-[0.8125rem] lg:grid-cols-4">
      {facts.map(({ name, value }) => (
        <div key={name} className="min-w-0">
          <dt className="text-xs text-ink-faint">{t(`fact.${name}`)}</dt>
          <dd className="wrap-anywhere tabular-nums">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function backoffWords(t: JobsT, { backoff: { type, delayMs, maxDelayMs } }: JobDetails): string {
  const first = formatDuration(delayMs);
  return type === 'fixed' ? t('fixed', { first }) : t('exponential', { first, most: formatDuration(maxDelayMs) });
}

function resultFacts(t: JobsT, { result }: JobView): readonly (readonly Fact[])[] {
  if (result === null) return [];
  const { inputTokens, outputTokens, estimated } = result.usage;
  const figures = { input: formatNumber(inputTokens), output: formatNumber(outputTokens) };
  return [
    fact('tokens', estimated ? t('tokensEstimated', figures) : t('tokensInOut', figures)),
    fact('cost', result.costMicros === null ? t('unknownCost') : formatMoney(result.costMicros)),
  ];
}

function modelWords(t: JobsT, { model, fallbackModel }: JobView): string {
  return fallbackModel === null ? model : t('inPlaceOf', { model: fallbackModel, asked: model });
}
