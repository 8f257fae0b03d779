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

  it('has fences that nothing in a file ends, and the language of its name', () => {
    const text = (...files: [name: string, text: string][]): string =>
      bytesOf(
        goalFile('md', goal, [{ name: 'd.md', text: ' # D ' }, ...files.map(([name, of]) => ({ name, text: of }))]),
      )
        .toString('utf8')
        .slice('# D \n\n---\n\n'.length);
    expect(text(['a.c', 'x'])).toBe('## a.c\n\n```c\nx\n```\n');
    expect(text(['Makefile', '`x`'])).toBe('## Makefile\n\n```\n`x`\n```\n');
    expect(text(['a.b-c', '`````'])).toBe('## a.b-c\n\n``````\n`````\n``````\n');
    expect(text(['a.MARKDOWN', '# x'])).toBe('## a.MARKDOWN\n\n# x\n');
    expect(bytesOf(goalFile('md', goal, [])).toString('utf8')).toBe('\n');
  });

  it('has the time of its goal as far as a zip can tell it', () => {
    const bytes = (endedAt: number | null) => goalFile('zip', { title: 'x', endedAt }, artefacts).base64;
    const [first, last] = [Date.UTC(1980, 0, 2), Date.UTC(2099, 11, 30)];
    const hour = 3_600_000;
    expect(bytes(null)).toBe(bytes(first));
    expect(bytes(first - hour)).toBe(bytes(first));
    expect(bytes(first + hour)).not.toBe(bytes(first));
    expect(bytes(last - hour)).not.toBe(bytes(last));
    expect(bytes(last + hour)).toBe(bytes(last));
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
