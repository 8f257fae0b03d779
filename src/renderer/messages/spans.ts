/** Spans of time, in milliseconds, as they are shown. The signs of the units are the same in all our languages. */
import { formatNumber } from '../i18n/format.ts';

/** `7 s`, `2 min 5 s`, `1 h 3 min`: never negative. */
export function formatWait(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  return minutes % 60 === 0 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `340 ms`, `1.2 s`, `14 s`, `2 min 5 s`. */
export function formatSpan(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${formatNumber(Math.round(ms / 100) / 10)} s`;
  return formatWait(ms);
}
