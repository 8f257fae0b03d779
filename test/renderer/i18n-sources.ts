/** What the page's sources say of texts: which keys they use, as literals and as patterns. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { en } from '../../src/renderer/i18n/en/index.ts';

const namespaces = Object.keys(en);
const root = new URL('../../src/renderer/', import.meta.url).pathname;

export interface Source {
  readonly path: string;
  readonly code: string;
}

/** All of the page but its texts. */
export function sources(): Source[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/u.test(path) && !path.startsWith('i18n/'))
    .map((path) => ({ path, code: readFileSync(join(root, path), 'utf8') }));
}

/** `namespace:key` of every text; keys of deeper ones joined with dots. */
export function leaves(texts: object, prefix = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(texts) as [string, unknown][]) {
    const name = prefix === '' ? `${key}:` : prefix.endsWith(':') ? `${prefix}${key}` : `${prefix}.${key}`;
    if (typeof value === 'string') found.set(name, value);
    else if (typeof value === 'object' && value !== null)
      for (const [inner, text] of leaves(value, name)) found.set(inner, text);
  }
  return found;
}

/** Without what i18next puts behind it for plurals. */
export function withoutPlural(key: string): string {
  return key.replace(/_(?:zero|one|two|few|many|other)$/u, '');
}

/**
 * Keys as they stand in calls of `t`, each with the names it may have: a key without a namespace is of one of those that the
 * file opens; a file that is given its `t` opens none.
 */
export function usedKeys({ code }: Source): { key: string; names: string[] }[] {
  const opened = namespaces.filter((namespace) => code.includes(`'${namespace}'`));
  return [...code.matchAll(/\b(?:i18n\.)?t\(\s*'([^'$]+)'/gu)].map(([, key = '']) => ({
    key,
    names: key.includes(':') ? [key] : (opened.length > 0 ? opened : namespaces).map((one) => `${one}:${key}`),
  }));
}

/** Everything in quotes that may be a key, and templates as patterns: `state.${x}` fits all that begins with `state.`. */
export function quoted({ code }: Source): { literals: Set<string>; patterns: RegExp[] } {
  const literals = new Set(
    [...code.matchAll(/'([\w.:-]+)'|"([\w.:-]+)"/gu)].map(([, one, other]) => one ?? other ?? ''),
  );
  const patterns = [...code.matchAll(/`([^`\n]*\$\{[^`\n]*)`/gu)].flatMap(([, template = '']) => {
    const parts = template.split(/\$\{[^}]*\}/u);
    // Without a word of its own it would fit everything; with other signs it is no key.
    if (!parts.some((part) => /[a-z]{2}/iu.test(part)) || parts.some((part) => /[^\w.:]/u.test(part))) return [];
    return [new RegExp(`^${parts.join('[\\w-]+').replaceAll('.', '\\.')}$`, 'u')];
  });
  return { literals, patterns };
}
