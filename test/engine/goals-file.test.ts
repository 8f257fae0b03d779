import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { goalFile } from '../../src/engine/goals/goal-file.ts';

const goal = { title: 'Login: how/why?', endedAt: Date.UTC(2026, 10, 22) };
const artefacts = [
  { name: 'deliverable.md', text: '# Login' },
  { name: 'main.ts', text: 'const fence = "```";' },
  { name: 'notes.md', text: 'Notes.\n' },
];
const bytesOf = ({ base64 }: { base64: string }): Buffer => Buffer.from(base64, 'base64');

describe('a deliverable as a file', () => {
  it('is one document in which every artefact has its place', () => {
    const file = goalFile('md', goal, artefacts);
    expect(file).toMatchObject({ fileName: 'Login- how-why.md', mediaType: 'text/markdown; charset=utf-8' });
    expect(bytesOf(file).toString('utf8')).toBe(
      '# Login\n\n---\n\n## main.ts\n\n````ts\nconst fence = "```";\n````\n\n---\n\n## notes.md\n\nNotes.\n',
    );
  });

  it('is a zip with a file for each', () => {
    const file = goalFile('zip', goal, artefacts);
    expect(file).toMatchObject({ fileName: 'Login- how-why.zip', mediaType: 'application/zip' });
    const files = Object.entries(unzipSync(bytesOf(file))).map(([name, bytes]) => [name, strFromU8(bytes)]);
    expect(files).toEqual([
      ['deliverable.md', '# Login\n'],
      ['main.ts', 'const fence = "```";\n'],
      ['notes.md', 'Notes.\n'],
    ]);
    expect(goalFile('zip', goal, artefacts)).toEqual(file);
  });

  it('leads out of no folder and loses no file, whatever the names are', () => {
    const names = ['../../.bashrc', '/etc/passwd', 'C:\\x\\a.md', 'a.md', 'A.MD', '', 'nul'];
    const file = goalFile(
      'zip',
      { title: '../..', endedAt: null },
      names.map((name) => ({ name, text: 'x' })),
    );
    expect(file.fileName).toBe('goal.zip');
    expect(Object.keys(unzipSync(bytesOf(file)))).toEqual([
      'bashrc',
      'passwd',
      'a.md',
      'a-2.md',
      'A-3.MD',
      'artefact-6.md',
      '_nul',
    ]);
  });
});
