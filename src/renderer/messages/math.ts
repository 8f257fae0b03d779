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

export const math: NonNullable<PluginConfig['math']> = { ...plugin, rehypePlugin: [typesetter, options] };
