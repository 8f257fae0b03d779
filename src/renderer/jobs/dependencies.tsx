/** What the job waits for and what waits for it, as a graph or as a list. */
import { lazy, Suspense, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobId } from '../../protocol/ids.ts';
import { Choice } from '../components/ui/choice.tsx';
import { DependencyList } from './dependency-list.tsx';
import { Quiet, Section } from './section.tsx';
import { useJobGraph } from './use-job-details.ts';

const DependencyGraph = lazy(() => import('./dependency-graph.tsx'));

export function Dependencies({ id, version }: { readonly id: JobId; readonly version: number }) {
  const { t } = useTranslation('jobs');
  const { t: common } = useTranslation('common');
  const [shown, setShown] = useState<'graph' | 'list'>('graph');
  const labelId = useId();
  const read = useJobGraph(id, version);
  const isAlone = read.is === 'known' && read.value.nodes.length < 2;
  const controls = (
    <>
      <span id={labelId} className="sr-only">
        {t('view')}
      </span>
      <Choice
        value={shown}
        onChange={setShown}
        labelledBy={labelId}
        options={[
          { value: 'graph', label: t('asGraph') },
          { value: 'list', label: t('asList') },
        ]}
      />
    </>
  );
  return (
    <Section title={t('dependencies')} controls={read.is === 'known' && !isAlone ? controls : undefined}>
      {read.is === 'loading' && <Quiet>{common('loading')}</Quiet>}
      {read.is === 'failed' && (
        <p translate="no" role="alert" className="text-sm text-ink-soft">
          {read.problem}
        </p>
      )}
      {isAlone && <Quiet>{t('noDependencies')}</Quiet>}
      {read.is === 'known' && !isAlone && shown === 'list' && <DependencyList graph={read.value} root={id} />}
      {read.is === 'known' && !isAlone && shown === 'graph' && (
        <Suspense fallback={<Quiet>{t('graphLoading')}</Quiet>}>
          <DependencyGraph graph={read.value} root={id} />
        </Suspense>
      )}
    </Section>
  );
}
