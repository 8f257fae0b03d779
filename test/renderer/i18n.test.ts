/** The texts of the page: every key that is used is there, every one that is there is used, and German is German. */
import { describe, expect, it } from 'vitest';
import { de } from '../../src/renderer/i18n/de/index.ts';
import { en } from '../../src/renderer/i18n/en/index.ts';
import { leaves, quoted, sources, usedKeys, withoutPlural } from './i18n-sources.ts';

const english = leaves(en);
const german = leaves(de);
const files = sources();

/** Words that both languages have, names, and what is only made of signs and parts that are filled in. */
const same = new Set(
  `Agent API CPU Demo Esc Tab Details Dispatcher Engine Export GitHub Graph HTTP Id Inspektor JSON Job Jobs LaTeX Live Markdown Mermaid
   Name Nightshift OK Ollama PDF Pid Pool Port Position Proxy Slots Status Supervisor System Text Token Tokens URL Version Worker
   in min normal offline online optional`.split(/\s+/u),
);

const placeholders = (text: string) => [...text.matchAll(/\{\{[^}]+\}\}/gu)].map(([name]) => name).toSorted();
/** Without what is filled in. */
const words = (text: string) =>
  text
    .replaceAll(/\{\{[^}]+\}\}/gu, '')
    .replaceAll(/[^\p{L} ]/gu, '')
    .trim();

describe('texts', () => {
  it('there are some', () => {
    expect(english.size).toBeGreaterThan(150);
    expect(files.length).toBeGreaterThan(60);
  });

  it('every key that a view uses is there', () => {
    const known = new Set([...english.keys()].map(withoutPlural));
    const missing = files.flatMap((file) =>
      usedKeys(file)
        .filter(({ names }) => !names.some((name) => known.has(withoutPlural(name))))
        .map(({ key }) => `${file.path}: ${key}`),
    );
    expect(missing).toEqual([]);
  });

  it('every key that is there is used', () => {
    const found = files.map((file) => ({ ...quoted(file), code: file.code }));
    const unused = [...english.keys()].filter((name) => {
      const full = withoutPlural(name);
      const [namespace = '', key = ''] = full.split(':', 2);
      return !found.some(({ literals, patterns, code }) => {
        const speaks =
          code.includes(`'${namespace}'`) || code.includes(`${namespace}:`) || !code.includes('useTranslation');
        if (!speaks) return false;
        return [full, key].some((one) => literals.has(one) || patterns.some((pattern) => pattern.test(one)));
      });
    });
    expect(unused).toEqual([]);
  });

  it('both languages have the same keys, and fill in the same parts', () => {
    expect([...german.keys()].toSorted()).toEqual([...english.keys()].toSorted());
    const differing = [...english].filter(([name, text]) => {
      const [one, other] = [placeholders(text), placeholders(german.get(name) ?? '')];
      // One thing can be said without its number.
      if (/_(?:zero|one)$/u.test(name)) return other.some((part) => !one.includes(part) && part !== '{{count}}');
      return one.join() !== other.join();
    });
    expect(differing.map(([name]) => name)).toEqual([]);
  });

  it('no text was left in English', () => {
    const left = [...english].filter(([name, text]) => {
      if (german.get(name) !== text) return false;
      const rest = words(text);
      return rest !== '' && !rest.split(/\s+/u).every((word) => same.has(word));
    });
    expect(left).toEqual([]);
  });

  it('German addresses people as du, never as Sie', () => {
    const formal = [...german].filter(([, text]) => /(?<![.!?:„] |^)\b(?:Sie|Ihnen|Ihren?|Ihrem)\b/u.test(text));
    expect(formal).toEqual([]);
  });
});
