/** The jobs around a job, drawn. Loaded when there is something to draw; each job in it is a link. */
import { Handle, Position, type Node, type NodeProps } from '@xyflow/react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobId } from '../../protocol/ids.ts';
import type { GraphEdge, GraphNode, JobGraph } from '../../protocol/job-details.ts';
import { cn } from '../components/ui/cn.ts';
import { hashOf } from '../shell/route.ts';
import { GraphCanvas, type WayEdge } from './graph-canvas.tsx';
import { nodeHeight, nodeWidth, pathThrough, placesOf } from './graph-layout.ts';
import { StateBadge } from './state-badge.tsx';

type JobNode = Node<{ job: GraphNode; isRoot: boolean }, 'job'>;

const nodeTypes = { job: JobBox };

export default function DependencyGraph({ graph, root }: { readonly graph: JobGraph; readonly root: JobId }) {
  const { t } = useTranslation('jobs');
  const [nodes, edges] = useMemo((): [JobNode[], WayEdge[]] => {
    const places = placesOf(graph);
    return [
      graph.nodes.map((job) => ({
        id: job.id,
        type: 'job',
        position: places.nodes.get(job.id) ?? { x: 0, y: 0 },
        data: { job, isRoot: job.id === root },
        width: nodeWidth,
        height: nodeHeight,
      })),
      graph.edges.map((edge, index) => ({
        ...edgeOf(edge, pathThrough(places.edges[index] ?? [])),
        ariaLabel: t('way', { from: nameOf(graph, edge.from), to: nameOf(graph, edge.to) }),
      })),
    ];
  }, [graph, root, t]);
  return (
    <div role="group" aria-label={t('graphLabel')} className="h-96 overflow-hidden rounded-lg border bg-paper">
      <GraphCanvas nodes={nodes} edges={edges} nodeTypes={nodeTypes} />
    </div>
  );
}

function nameOf({ nodes }: JobGraph, id: JobId): string {
  return nodes.find((node) => node.id === id)?.name ?? id;
}

const colors: Record<GraphEdge['state'], string> = {
  open: 'var(--ink-faint)',
  held: 'var(--lamp-text)',
  met: 'var(--ok)',
  failed: 'var(--alarm)',
};

/** Dashed as long as it is in the way: not by colour alone. */
function edgeOf({ from, to, state }: GraphEdge, path: string): WayEdge {
  return {
    type: 'way',
    data: { path },
    id: `${from} ${to}`,
    source: from,
    target: to,
    style: { stroke: colors[state], strokeWidth: 1.5, ...(state === 'met' ? {} : { strokeDasharray: '5 3' }) },
  };
}

function JobBox({ data: { job, isRoot } }: NodeProps<JobNode>) {
  const { t } = useTranslation('jobs');
  const more = job.moreAbove + job.moreBelow;
  return (
    <>
      <Handle type="target" position={Position.Top} isConnectable={false} className="invisible" />
      <a
        href={hashOf({ page: 'job', id: job.id })}
        aria-current={isRoot ? 'page' : undefined}
        style={{ width: nodeWidth, height: nodeHeight }}
        className={cn(
          'nopan pointer-events-auto flex flex-col justify-center rounded-lg border bg-raised px-3 text-left text-ink shadow-sm hover:bg-tint',
          isRoot ? 'border-2 border-lamp-text' : 'border-line-strong',
        )}
      >
        <span translate="no" className="truncate text-[0.8125rem] font-medium">
          {job.name}
        </span>
        <span className="flex items-center justify-between gap-2 text-xs text-ink-soft">
          <StateBadge state={job.state} />
          {isRoot && <span className="text-lamp-text">{t('thisJob')}</span>}
          {!isRoot && more > 0 && <span>{t('more', { count: more })}</span>}
        </span>
      </a>
      <Handle type="source" position={Position.Bottom} isConnectable={false} className="invisible" />
    </>
  );
}
