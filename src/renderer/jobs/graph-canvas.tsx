/** How graphs of links are drawn: boxes at given places, lines along given paths, nothing to drag. Loaded with its graph. */
import '@xyflow/react/dist/base.css';
import { BaseEdge, Controls, ReactFlow, type Edge, type EdgeProps, type Node, type NodeTypes } from '@xyflow/react';
import { useTranslation } from 'react-i18next';

/** `path`: an SVG path, as `pathThrough` makes it. */
export type WayEdge = Edge<{ path: string }, 'way'>;

const edgeTypes = { way: Way };

interface GraphCanvasProps {
  readonly nodes: Node[];
  readonly edges: WayEdge[];
  /** Of the module, so that it stays the same: another one draws all boxes anew. */
  readonly nodeTypes: NodeTypes;
}

/** Fills its parent, which has a height. */
export function GraphCanvas({ nodes, edges, nodeTypes }: GraphCanvasProps) {
  const { t } = useTranslation('jobs');
  return (
    <ReactFlow
      nodes={nodes}
      edges={edges}
      nodeTypes={nodeTypes}
      edgeTypes={edgeTypes}
      fitView
      fitViewOptions={{ maxZoom: 1, padding: 0.12 }}
      minZoom={0.1}
      maxZoom={1.5}
      nodesDraggable={false}
      nodesConnectable={false}
      nodesFocusable={false}
      edgesFocusable={false}
      elementsSelectable={false}
      zoomOnScroll={false}
      preventScrolling={false}
      proOptions={{ hideAttribution: true }}
      ariaLabelConfig={{
        'controls.ariaLabel': t('controls'),
        'controls.zoomIn.ariaLabel': t('zoomIn'),
        'controls.zoomOut.ariaLabel': t('zoomOut'),
        'controls.fitView.ariaLabel': t('fit'),
      }}
    >
      <Controls showInteractive={false} className="job-graph-controls" />
    </ReactFlow>
  );
}

function Way({ id, data, style }: EdgeProps<WayEdge>) {
  return <BaseEdge id={id} path={data?.path ?? ''} {...(style === undefined ? {} : { style })} />;
}
