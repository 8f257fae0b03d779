/** Reads what a provider says of its limits in the headers of an answer, whole or not. */
import type { LimitReport, ProviderLimits } from '../protocol/provider.ts';

/**
 * OpenAI and those who imitate it: `x-ratelimit-{limit,remaining,reset}-{requests,tokens}`, the reset as a duration such as
 * `6m0s`, `1.2s` or `20ms`. Anthropic: `anthropic-ratelimit-{requests,tokens}-{limit,remaining,reset}`, the reset as a time.
 * Undefined where nothing of it is there. `now`: epoch ms.
 */
export function rateLimitsOf(headers: Headers, now: number): ProviderLimits | undefined {
  const limits: ProviderLimits = {};
  for (const kind of ['requests', 'tokens'] as const) {
    const report = reportOf(
      (part) => headers.get(`x-ratelimit-${part}-${kind}`) ?? headers.get(`anthropic-ratelimit-${kind}-${part}`),
      now,
    );
    if (report !== undefined) limits[kind] = report;
  }
  return limits.requests === undefined && limits.tokens === undefined ? undefined : limits;
}

function reportOf(header: (part: string) => string | null, now: number): LimitReport | undefined {
  const report: LimitReport = {};
  const limit = wholeNumber(header('limit'));
  if (limit !== undefined && limit > 0) report.limit = limit;
  const remaining = wholeNumber(header('remaining'));
  if (remaining !== undefined) report.remaining = remaining;
  const resetMs = durationMs(header('reset'), now);
  if (resetMs !== undefined) report.resetMs = resetMs;
  return report.limit === undefined && report.remaining === undefined ? undefined : report;
}

function wholeNumber(value: string | null): number | undefined {
  return value !== null && /^\d{1,15}$/u.test(value.trim()) ? Number(value) : undefined;
}

const unitMs: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };

function durationMs(value: string | null, now: number): number | undefined {
  const text = value?.trim() ?? '';
  if (/^\d+(?:\.\d+)?$/u.test(text)) return Number(text) * 1_000;
  if (/^(?:\d+(?:\.\d+)?(?:ms|[dhms]))+$/u.test(text)) {
    let sum = 0;
    for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[dhms])/gu)) {
      sum += Number(amount) * (unitMs[unit ?? ''] ?? 0);
    }
    return sum;
  }
  const at = /^\d{4}-\d\d-\d\dT/u.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
