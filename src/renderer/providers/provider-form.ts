/** What the form for a provider holds, and what of it is sent. Texts as typed; an empty number is "no limit". */
import type { ProviderSpec } from '../../protocol/api.ts';
import type { ProviderView } from '../../protocol/provider-api.ts';
import { freeId, type Preset } from './presets.ts';

export interface HeaderField {
  readonly name: string;
  readonly value: string;
}

export interface ProviderForm {
  readonly name: string;
  readonly baseUrl: string;
  /** Null: the one that is kept stays as it is. */
  readonly apiKey: string | null;
  /** Null: those that are kept stay as they are; their values never come back to the page. */
  readonly headers: readonly HeaderField[] | null;
  /** Asked one short question by the test; empty: none is. */
  readonly model: string;
  readonly requestsPerMinute: string;
  readonly tokensPerMinute: string;
  readonly concurrency: string;
  readonly firstContentSeconds: string;
  readonly idleSeconds: string;
}

/** A new provider of this kind, or the one that is there. */
export type Subject = { readonly preset: Preset } | { readonly provider: ProviderView };

export function formOf(subject: Subject): ProviderForm {
  if ('preset' in subject) {
    const { name, baseUrl, asks } = subject.preset;
    return {
      name,
      baseUrl: baseUrl ?? '',
      apiKey: '',
      headers: [],
      model: asks ?? '',
      requestsPerMinute: '',
      tokensPerMinute: '',
      concurrency: '',
      firstContentSeconds: '60',
      idleSeconds: '30',
    };
  }
  const { provider } = subject;
  return {
    name: provider.name,
    baseUrl: provider.baseUrl ?? '',
    apiKey: provider.keySource === 'none' ? '' : null,
    headers: provider.headerNames.length === 0 ? [] : null,
    model: '',
    requestsPerMinute: textOf(provider.requestsPerMinute),
    tokensPerMinute: textOf(provider.tokensPerMinute),
    concurrency: textOf(provider.concurrency),
    firstContentSeconds: String(provider.timeouts.firstContentMs / 1_000),
    idleSeconds: String(provider.timeouts.idleMs / 1_000),
  };
}

/** Empty for one that the user has yet to name. */
export function nameOf(subject: Subject): string {
  return 'provider' in subject ? subject.provider.name : subject.preset.name;
}

/** What to send to `providers.tryOut` and `providers.set`. */
export function specOf(form: ProviderForm, subject: Subject, taken: readonly string[]): ProviderSpec {
  const known = 'provider' in subject ? subject.provider : undefined;
  const { id, kind } = known ?? {
    id: freeId('preset' in subject && subject.preset.name !== '' ? subject.preset.id : form.name, taken),
    kind: 'preset' in subject ? subject.preset.kind : 'openai-compatible',
  };
  const baseUrl = form.baseUrl.trim();
  const headers = form.headers?.filter(({ name }) => name.trim() !== '');
  return {
    id,
    kind,
    ...(form.name.trim() === '' ? {} : { name: form.name.trim() }),
    // What the environment says is shown, and is not to be turned into a setting of one's own.
    ...(baseUrl === (known?.baseUrl ?? '') && known !== undefined ? {} : { baseUrl: baseUrl === '' ? null : baseUrl }),
    ...(form.apiKey === null ? {} : { apiKey: form.apiKey.trim() }),
    ...(headers === undefined
      ? {}
      : { headers: Object.fromEntries(headers.map(({ name, value }) => [name.trim(), value])) }),
    timeouts: {
      firstContentMs: milliseconds(form.firstContentSeconds, 60),
      idleMs: milliseconds(form.idleSeconds, 30),
    },
    requestsPerMinute: numberOf(form.requestsPerMinute),
    tokensPerMinute: numberOf(form.tokensPerMinute),
    concurrency: numberOf(form.concurrency),
  };
}

function textOf(value: number | null): string {
  return value === null ? '' : String(value);
}

function numberOf(text: string): number | null {
  return text.trim() === '' ? null : Number(text);
}

function milliseconds(seconds: string, fallback: number): number {
  return Math.round((numberOf(seconds) ?? fallback) * 1_000);
}
