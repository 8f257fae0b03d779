/** The jobs around a job as lists: what the graph draws, for everybody who reads rather than looks. */
import { useTranslation } from 'react-i18next';
import type { JobId } from '../../protocol/ids.ts';
import type { GraphEdge, GraphNode, JobGraph } from '../../protocol/job-details.ts';
import { hashOf } from '../shell/route.ts';
import { StateBadge } from './state-badge.tsx';

export function DependencyList({ graph, root }: { readonly graph: JobGraph; readonly root: JobId }) {
  const { t } = useTranslation('jobs');
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const above = graph.edges.filter(({ to }) => to === root);
  const below = graph.edges.filter(({ from }) => from === root);
  const near = new Set([root, ...above.map(({ from }) => from), ...below.map(({ to }) => to)]);
  const further = graph.nodes.filter(({ id }) => !near.has(id));
  const own = nodes.get(root);
  const line = (edge: GraphEdge, other: JobId) => {
    const node = nodes.get(other);
    return node === undefined ? null : <Line key={other} node={node} edge={edge} />;
  };
  return (
    <div className="grid gap-5 text-[0.8125rem] md:grid-cols-2">
      <Group
        title={t('waitsFor')}
        more={own === undefined || own.moreAbove === 0 ? null : t('moreAbove', { count: own.moreAbove })}
      >
        {above.map((edge) => line(edge, edge.from))}
      </Group>
      <Group
        title={t('isWaitedForBy')}
        more={own === undefined || own.moreBelow === 0 ? null : t('moreBelow', { count: own.moreBelow })}
      >
        {below.map((edge) => line(edge, edge.to))}
      </Group>
      {further.length > 0 && (
        <Group title={t('further')} more={null}>
          {further.map((node) => (
            <Line key={node.id} node={node} />
          ))}
        </Group>
      )}
    </div>
  );
}

interface GroupProps {
  readonly title: string;
  readonly more: string | null;
  readonly children: readonly React.ReactNode[];
}

function Group({ title, more, children }: GroupProps) {
  const { t } = useTranslation('common');
  return (
    <div className="min-w-0">
      <h3 className="text-xs font-medium text-ink-faint">{title}</h3>
      {children.length === 0 && <p className="mt-1 text-ink-soft">{t('none')}</p>}
      <ul className="mt-1 max-h-72 space-y-1.5 overflow-y-auto">{children}</ul>
      {more !== null && <p className="mt-1 text-xs text-ink-soft">{more}</p>}
    </div>
  );
}

function Line({ node, edge }: { readonly node: GraphNode; readonly edge?: GraphEdge }) {
  const { t } = useTranslation('jobs');
  return (
    <li className="min-w-0">
      <a
        href={hashOf({ page: 'job', id: node.id })}
        className="wrap-anywhere text-lamp-text underline-offset-2 hover:underline"
      >
        <span translate="no">{node.name}</span>
      </a>{' '}
      <StateBadge state={node.state} className="ml-1 text-xs text-ink-soft" />
      {edge !== undefined && (
        <p className="text-xs text-ink-faint">
          {t(`edge.${edge.state}`)}; {t(`onFailure.${edge.onFailure}`)}
        </p>
      )}
    </li>
  );
}
