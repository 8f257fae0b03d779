import { describe, expect, test } from 'vitest';
import { createLog } from '../../src/hosts/common/log.ts';

function collect(format: 'text' | 'json', verbose = false) {
  const lines: string[] = [];
  const log = createLog({ format, verbose, now: () => 1_750_000_000_123, write: (line) => lines.push(line) });
  return { lines, log };
}

describe('the log', () => {
  test('is one JSON object on each line, with the fields of the caller', () => {
    const { lines, log } = collect('json');
    log('warn', 'Worker lost.\nIt said more.', { worker: 'worker:3', job: 'job_1', attempt: 2, level: 'spoofed' });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^\{.*\}\n$/u);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      time: '2025-06-15T15:06:40.123Z',
      level: 'warn',
      message: 'Worker lost.\nIt said more.',
      worker: 'worker:3',
      job: 'job_1',
      attempt: 2,
    });
  });

  test('keeps errors with their cause, and what JSON cannot hold', () => {
    const { lines, log } = collect('json');
    log('error', 'x', { error: new Error('outer', { cause: new TypeError('inner') }), big: 10n });
    const parsed: unknown = JSON.parse(lines[0] ?? '');
    expect(parsed).toMatchObject({
      big: '10',
      error: { name: 'Error', message: 'outer', cause: { name: 'TypeError', message: 'inner' } },
    });
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    log('error', 'cyclic', { cycle });
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({ message: 'cyclic', level: 'error' });
  });

  test('is readable otherwise, and a message cannot pretend to be a line', () => {
    const { lines, log } = collect('text');
    log('info', 'Listening.\n00:00:00 error fake', { worker: 'worker:3', reason: 'two words', absent: undefined });
    expect(lines[0]).toMatch(
      /^\d\d:\d\d:\d\d info {2}Listening\. \| 00:00:00 error fake worker=worker:3 reason="two words"\n$/u,
    );
    log('error', 'Defect.', { error: new Error('boom') });
    expect(lines[1]).toMatch(/Defect\.\n {4}Error: boom\n {4} {4}at /u);
  });

  test('leaves details out unless they are asked for', () => {
    const quiet = collect('text');
    quiet.log('debug', 'detail');
    expect(quiet.lines).toEqual([]);
    const verbose = collect('text', true);
    verbose.log('debug', 'detail');
    expect(verbose.lines).toHaveLength(1);
  });
});
