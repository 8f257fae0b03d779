/** The parser and typesetter of formulas. Loaded with the first one. */
import { createMathPlugin } from '@streamdown/math';
import 'katex/dist/katex.min.css';
import type { PluginConfig } from 'streamdown';

const plugin = createMathPlugin();
const { rehypePlugin: given } = plugin;
const typesetter = Array.isArray(given) ? given[0] : given;
if (typeof typesetter !== 'function') throw new Error('the plugin for formulas is not made as it was');

/**
 * A model's formula links to nothing, loads nothing, brings no HTML, is no larger than a line of this page, and its macros
 * end. What is wrong with one is shown in its place.
 */
const options = {
  trust: false,
  strict: 'ignore',
  maxExpand: 300,
  maxSize: 12,
  errorColor: 'var(--alarm)',
};

interface HastNode {
  readonly tagName?: string;
  readonly properties?: Record<string, unknown>;
  readonly children?: readonly HastNode[];
}

/** A formula that is wider than the page scrolls, so the keyboard has to reach it. */
function makeReachable(tree: HastNode): void {
  // Not recursive: raw HTML nests as deep as it likes.
  const open: HastNode[] = [tree];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const className = node.properties?.['className'];
    if (node.properties !== undefined && Array.isArray(className) && className.includes('katex-display')) {
      node.properties['tabIndex'] = 0;
    } else if (node.children !== undefined) {
      open.push(...node.children);
    }
  }
}

const rehypeFormulas: typeof typesetter = function rehypeFormulas(this: unknown, ...given) {
  const typeset: unknown = Reflect.apply(typesetter, this, given);
  if (typeof typeset !== 'function') throw new Error('the typesetter of formulas is not made as it was');
  return (tree: HastNode, ...rest: unknown[]): unknown => {
    const typesetTree: unknown = Reflect.apply(typeset, undefined, [tree, ...rest]);
    makeReachable(tree);
    return typesetTree;
  };
};

export const math: NonNullable<PluginConfig['math']> = { ...plugin, rehypePlugin: [rehypeFormulas, options] };
