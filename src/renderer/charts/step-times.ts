/** How a chart's times are written: short on the axis, whole in the tooltip and the table. */
import type { StatisticsRange } from '../../protocol/statistics.ts';

const axis: Record<StatisticsRange, Intl.DateTimeFormatOptions> = {
  hour: { hour: '2-digit', minute: '2-digit' },
  day: { hour: '2-digit', minute: '2-digit' },
  week: { weekday: 'short', day: 'numeric' },
  month: { day: 'numeric', month: 'short' },
};

const whole: Record<StatisticsRange, Intl.DateTimeFormatOptions> = {
  hour: { hour: '2-digit', minute: '2-digit' },
  day: { weekday: 'short', hour: '2-digit', minute: '2-digit' },
  week: { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
  month: { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
};

/** Two formats for a range, made once for it and the page's language. */
export function stepTimes(
  range: StatisticsRange,
  language: string,
): { axis: (at: number) => string; whole: (at: number) => string } {
  const short = new Intl.DateTimeFormat(language, axis[range]);
  const long = new Intl.DateTimeFormat(language, whole[range]);
  return { axis: (at) => short.format(at), whole: (at) => long.format(at) };
}

const dayMs = 86_400_000;

/** Where the axis has a mark: at most ten, and for a week or a month each at the start of a local day. */
export function marksOf(range: StatisticsRange, from: number, stepMs: number, steps: number): number[] {
  const times = Array.from({ length: steps }, (_, step) => from + step * stepMs);
  if (range === 'hour' || range === 'day') {
    const everyMs = range === 'hour' ? 600_000 : 4 * 3_600_000;
    return times.filter((at) => (at - new Date(at).getTimezoneOffset() * 60_000) % everyMs === 0);
  }
  const days = range === 'week' ? 1 : 4;
  const starts = times.filter((at) => {
    const local = at - new Date(at).getTimezoneOffset() * 60_000;
    return local % dayMs < stepMs;
  });
  return starts.filter((_, index) => index % days === 0);
}
