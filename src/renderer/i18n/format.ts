/** Numbers, times and spans in the page's language. Times are epoch milliseconds. */
import { i18n } from './i18n.ts';

const formats = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

function cached<Format extends Intl.NumberFormat | Intl.DateTimeFormat>(
  key: string,
  make: (language: string) => Format,
) {
  const language = i18n.resolvedLanguage ?? 'en';
  const name = `${language}/${key}`;
  const known = formats.get(name) as Format | undefined;
  if (known !== undefined) return known;
  const format = make(language);
  formats.set(name, format);
  return format;
}

/** `12,345` */
export function formatNumber(value: number): string {
  return cached('number', (language) => new Intl.NumberFormat(language)).format(value);
}

/** `12345.6`: as somebody would type it. */
export function formatPlain(value: number): string {
  const make = (language: string) => new Intl.NumberFormat(language, { useGrouping: false, maximumFractionDigits: 6 });
  return cached('plain', make).format(value);
}

/** `12K`, `3.4M` */
export function formatCompact(value: number): string {
  const make = (language: string) => new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 1 });
  return cached('compact', make).format(value);
}

/** `45 %` of a share between 0 and 1. */
export function formatPercent(share: number): string {
  const make = (language: string) => new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 });
  return cached('percent', make).format(share);
}

/** US dollars from millionths of one: `$0.0042`, `$1.23`; small amounts keep two significant digits. */
export function formatMoney(microDollars: number): string {
  const small = microDollars !== 0 && Math.abs(microDollars) < 10_000;
  const make = (language: string) =>
    new Intl.NumberFormat(language, {
      style: 'currency',
      currency: 'USD',
      ...(small ? { maximumSignificantDigits: 2 } : { minimumFractionDigits: 2, maximumFractionDigits: 2 }),
    });
  return cached(small ? 'small-money' : 'money', make).format(microDollars / 1_000_000);
}

/** `1.4 MB` */
export function formatBytes(bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const unit = units[power] ?? 'byte';
  const make = (language: string) =>
    new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 1 });
  return cached(unit, make).format(bytes / 1_000 ** power);
}

/** `14:05` */
export function formatTime(at: number): string {
  return cached('time', (language) => new Intl.DateTimeFormat(language, { timeStyle: 'short' })).format(at);
}

/** `Nov 22, 2026, 14:05:09` */
export function formatDateTime(at: number): string {
  const make = (language: string) => new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' });
  return cached('date-time', make).format(at);
}

/** `Nov 22, 2026` */
export function formatDate(at: number): string {
  return cached('date', (language) => new Intl.DateTimeFormat(language, { dateStyle: 'medium' })).format(at);
}
