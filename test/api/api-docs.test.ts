import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { apiPage } from '../../scripts/api-docs/page.ts';
import { appRouter } from '../../src/api/router.ts';

const page = readFileSync(new URL('../../docs/API.md', import.meta.url), 'utf8');

describe('docs/API.md', () => {
  test('is current; `npm run docs:api` makes it so', () => {
    expect(page).toBe(apiPage());
  });

  test('describes every procedure of the router', () => {
    for (const path of Object.keys(appRouter._def.procedures)) expect(page).toContain(`\n### ${path}\n`);
  });

  test('describes every type that it names', () => {
    const described = new Set([...page.matchAll(/^type (\w+) =/gmu)].map(([, name]) => name));
    const used = [...page.matchAll(/^.*```ts\n([\s\S]*?)```/gmu)]
      .flatMap(([, code = '']) => [...code.replaceAll(/\/\/.*$|"[^"]*"/gmu, '').matchAll(/\b[A-Z]\w+/gu)])
      .map(([name]) => name)
      .filter((name) => name !== 'Array' && name !== 'Record');
    expect(used.filter((name) => !described.has(name))).toEqual([]);
  });
});
