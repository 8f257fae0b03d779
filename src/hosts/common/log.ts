/** Structured logs on stderr: one JSON object on each line, or lines for people. */
import { inspect } from 'node:util';
import type { Log, LogLevel } from '../../engine/ports.ts';

type Fields = Readonly<Record<string, unknown>>;

/** `write` gets whole lines with their line break; `debug` lines are dropped unless `verbose`. */
export function createLog(options: {
  format: 'text' | 'json';
  verbose: boolean;
  write: (line: string) => void;
  now: () => number;
}): Log {
  const line = options.format === 'json' ? jsonLine : textLine;
  return (level, message, fields = {}) => {
    if (level === 'debug' && !options.verbose) return;
    options.write(`${line(new Date(options.now()), level, message, fields)}\n`);
  };
}

function jsonLine(time: Date, level: LogLevel, message: string, fields: Fields): string {
  const head = { time: time.toISOString(), level, message };
  try {
    // Twice: first in the line, and not to be overwritten by a field.
    return JSON.stringify({ ...head, ...fields, ...head }, plain);
  } catch {
    // A cycle, or a getter that throws: the line is worth more than its shape.
    return JSON.stringify({ ...head, fields: inspect(fields) });
  }
}

/** What JSON would drop or refuse. */
function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (!(value instanceof Error)) return value;
  const { name, message, stack, cause } = value;
  return { ...Object.fromEntries(Object.entries(value)), name, message, stack, cause };
}

function textLine(time: Date, level: LogLevel, message: string, fields: Fields): string {
  const words: string[] = [];
  const stacks: string[] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    if (value instanceof Error) stacks.push(`\n${inspect(value).replaceAll(/^/gmu, '    ')}`);
    else words.push(` ${name}=${text(value)}`);
  }
  const clock = time.toTimeString().slice(0, 8);
  // A line break in a message (a provider's words, a worker's output) must not look like a line of ours.
  return `${clock} ${level.padEnd(5)} ${message.replaceAll(/\s*\n\s*/gu, ' | ')}${words.join('')}${stacks.join('')}`;
}

function text(value: unknown): string {
  if (typeof value === 'string') return /^[^\s"=]+$/u.test(value) ? value : JSON.stringify(value);
  return inspect(value, { breakLength: Infinity, depth: 3 });
}
