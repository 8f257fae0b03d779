/** The tasks of a goal, drawn: what is waited for above what waits. Loaded when there is something to draw. */
import { Handle, Position, type Node, type NodeProps } from '@xyflow/react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { TaskView } from '../../protocol/goal-views.ts';
import type { GoalId, TaskId } from '../../protocol/ids.ts';
import { cn } from '../components/ui/cn.ts';
import { GraphCanvas, type WayEdge } from '../jobs/graph-canvas.tsx';
import { pathThrough, placesOf } from '../jobs/graph-layout.ts';
import { hashOf } from '../shell/route.ts';
import { TaskMark } from './state-mark.tsx';

const box = { width: 208, height: 72 };

type TaskNode = Node<{ goalId: GoalId; task: TaskView; chosen: boolean }, 'task'>;

const nodeTypes = { task: TaskBox };

interface TaskGraphProps {
  readonly goalId: GoalId;
  readonly tasks: readonly TaskView[];
  readonly chosenId: TaskId | undefined;
}

export default function TaskGraph({ goalId, tasks, chosenId }: TaskGraphProps) {
  const { t } = useTranslation('goals');
  // States change often, what waits for what hardly ever: only then everything is placed anew.
  const shape = tasks.map(({ id, dependsOn }) => `${id}<${dependsOn.join(',')}`).join(';');
  const graph = useMemo(() => graphOf(shape), [shape]);
  const places = useMemo(() => placesOf(graph, box), [graph]);
  const nodes = tasks.map((task): TaskNode => ({
    id: task.id,
    type: 'task',
    position: places.nodes.get(task.id) ?? { x: 0, y: 0 },
    data: { goalId, task, chosen: task.id === chosenId },
    ...box,
  }));
  const states = new Map(tasks.map(({ id, state }) => [id, state]));
  const titles = new Map(tasks.map(({ id, title }) => [id, title]));
  const edges = graph.edges.map(({ from, to }, index): WayEdge => {
    const state = states.get(from);
    const open = state !== 'accepted' && state !== 'skipped';
    return {
      type: 'way',
      id: `${from} ${to}`,
      source: from,
      target: to,
      ariaLabel: t('tasks.way', { from: titles.get(from) ?? '', to: titles.get(to) ?? '' }),
      data: { path: pathThrough(places.edges[index] ?? []) },
      // Dashed as long as it is in the way: not by colour alone.
      style: {
        stroke: state === 'failed' ? 'var(--alarm)' : open ? 'var(--ink-faint)' : 'var(--ok)',
        strokeWidth: 1.5,
        ...(open ? { strokeDasharray: '5 3' } : {}),
      },
    };
  });
  return (
    <div role="group" aria-label={t('tasks.graph')} className="h-[27rem] overflow-hidden rounded-lg border bg-paper">
      <GraphCanvas key={shape} nodes={nodes} edges={edges} nodeTypes={nodeTypes} />
    </div>
  );
}

/** From the shape as it is written above: the memo's key is all that it is made of. */
function graphOf(shape: string) {
  const lines = shape.split(';').flatMap((line) => {
    const [id = '', above = ''] = line.split('<');
    return id === '' ? [] : [{ id: id as TaskId, above: above.split(',').filter(Boolean) as TaskId[] }];
  });
  const known = new Set(lines.map(({ id }) => id));
  return {
    nodes: lines.map(({ id }) => ({ id })),
    edges: lines.flatMap(({ id, above }) => above.filter((from) => known.has(from)).map((from) => ({ from, to: id }))),
  };
}

function TaskBox({ data: { goalId, task, chosen } }: NodeProps<TaskNode>) {
  return (
    <>
      <Handle type="target" position={Position.Top} isConnectable={false} className="invisible" />
      <a
        href={hashOf({ page: 'goal', id: goalId, taskId: task.id })}
        aria-current={chosen ? 'true' : undefined}
        // The library lets no pointer through to what cannot be dragged or chosen by it.
        style={box}
        className={cn(
          'nopan pointer-events-auto flex flex-col justify-between rounded-lg border bg-raised px-3 py-2 text-left text-ink shadow-sm hover:bg-tint',
          chosen ? 'border-2 border-lamp-text' : 'border-line-strong',
          task.state === 'needsInput' && !chosen && 'border-lamp-text',
          task.state === 'failed' && !chosen && 'border-alarm',
        )}
      >
        <span translate="no" className="line-clamp-2 text-[0.8125rem] leading-snug font-medium wrap-anywhere">
          {task.title}
        </span>
        <span className="flex items-center justify-between gap-2 text-xs text-ink-soft">
          <TaskMark task={task} />
          <span translate="no" className="truncate">
            {task.agentName}
          </span>
        </span>
      </a>
      <Handle type="source" position={Position.Bottom} isConnectable={false} className="invisible" />
    </>
  );
}
