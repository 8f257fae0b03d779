/** Spans of time in the page's language, as precise as they are short. */
import { i18n } from './i18n.ts';

type Unit = 'millisecond' | 'second' | 'minute' | 'hour' | 'day';

const formats = new Map<string, Intl.NumberFormat>();

function inUnit(value: number, unit: Unit, digits = 0): string {
  const language = i18n.resolvedLanguage ?? 'en';
  const name = `${language}/${unit}/${digits}`;
  let format = formats.get(name);
  if (format === undefined) {
    const options = { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: digits } as const;
    format = new Intl.NumberFormat(language, options);
    formats.set(name, format);
  }
  return format.format(value);
}

/** The whole ones of the larger unit, and what is left in the smaller one. */
function inTwo(value: number, large: Unit, small: Unit, smallsInLarge: number): string {
  const smalls = Math.round(value);
  const rest = smalls % smallsInLarge;
  const whole = inUnit(Math.floor(smalls / smallsInLarge), large);
  return rest === 0 ? whole : `${whole} ${inUnit(rest, small)}`;
}

/** `340 ms`, `1.2 sec`, `14 sec`, `2 min 5 sec`, `3 hr 7 min`, `2 days 4 hr`; never negative. */
export function formatDuration(ms: number): string {
  const span = Math.max(0, ms);
  if (span < 999.5) return inUnit(Math.round(span), 'millisecond');
  if (span < 9_950) return inUnit(span / 1_000, 'second', 1);
  if (span < 59_500) return inUnit(Math.round(span / 1_000), 'second');
  if (span < 3_599_500) return inTwo(span / 1_000, 'minute', 'second', 60);
  if (span < 86_370_000) return inTwo(span / 60_000, 'hour', 'minute', 60);
  return inTwo(span / 3_600_000, 'day', 'hour', 24);
}

/** The same of what is counted in whole seconds, rounded down: `0 sec`, `7 sec`; nothing finer. */
export function formatWholeSeconds(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / 1_000);
  return seconds === 0 ? inUnit(0, 'second') : formatDuration(seconds * 1_000);
}
