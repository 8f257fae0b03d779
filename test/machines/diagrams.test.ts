import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { diagramFolder, diagramPages } from '../../scripts/diagrams/pages.ts';

const remedy = 'the machines have changed: run `npm run diagrams` and commit docs/diagrams';

describe('docs/diagrams', () => {
  it.each(diagramPages())('$file shows the machine as it is', ({ file, text }) => {
    const url = new URL(file, diagramFolder);
    expect(existsSync(url) ? readFileSync(url, 'utf8') : '', remedy).toBe(text);
  });

  it('has a page for every machine, and no others', () => {
    const machines = readdirSync(new URL('../../machines/', import.meta.url))
      .filter((file) => file.endsWith('.machine.ts'))
      .map((file) => file.replace('.machine.ts', '.md'));
    expect(readdirSync(diagramFolder).toSorted(), remedy).toEqual(machines.toSorted());
  });
});
