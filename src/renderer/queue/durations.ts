/** How long something took or takes, as short as a column is wide. */
import { i18n } from '../i18n/i18n.ts';

const formats = new Map<string, Intl.NumberFormat>();

/** `40 ms`, `1.4 s`, `12 s`, `3 min`, `5 h`, `2 days`; negative spans (a clock that was moved) are none. */
export function formatSpan(ms: number): string {
  const span = Math.max(0, ms);
  if (span < 950) return inUnit(span, 'millisecond', 0);
  if (span < 9_950) return inUnit(span / 1_000, 'second', 1);
  if (span < 90_000) return inUnit(span / 1_000, 'second', 0);
  if (span < 90 * 60_000) return inUnit(span / 60_000, 'minute', 0);
  if (span < 36 * 3_600_000) return inUnit(span / 3_600_000, 'hour', 0);
  return inUnit(span / 86_400_000, 'day', 0);
}

function inUnit(value: number, unit: string, digits: number): string {
  const language = i18n.resolvedLanguage ?? 'en';
  const key = `${language}/${unit}/${digits}`;
  let format = formats.get(key);
  if (format === undefined) {
    const options = { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: digits } as const;
    format = new Intl.NumberFormat(language, options);
    formats.set(key, format);
  }
  return format.format(value);
}

/** `14:05`, and with the day when that is another one. */
export function formatWhen(at: number, now: number): string {
  const language = i18n.resolvedLanguage ?? 'en';
  const sameDay = new Date(at).toDateString() === new Date(now).toDateString();
  const key = `${language}/${sameDay}`;
  let format = dates.get(key);
  if (format === undefined) {
    const time = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;
    format = new Intl.DateTimeFormat(
      language,
      sameDay ? time : { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' },
    );
    dates.set(key, format);
  }
  return format.format(at);
}

const dates = new Map<string, Intl.DateTimeFormat>();
