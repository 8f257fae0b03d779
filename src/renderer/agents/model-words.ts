/** Models as they are offered: those of each provider that can answer, with what is known of them. */
import type { ProviderView } from '../../protocol/provider-api.ts';
import { formatCompact, formatMoney } from '../i18n/format.ts';
import { i18n } from '../i18n/i18n.ts';

export type ModelView = ProviderView['models'][number];

/** `provider/model` */
export function refOf(provider: Pick<ProviderView, 'id'>, model: Pick<ModelView, 'id'>): string {
  return `${provider.id}/${model.id}`;
}

/** The entry of a `provider/model`; undefined where it is not listed. */
export function findModel(providers: readonly ProviderView[], ref: string): ModelView | undefined {
  const slash = ref.indexOf('/');
  const provider = providers.find(({ id }) => id === ref.slice(0, slash));
  return provider?.models.find(({ id }) => id === ref.slice(slash + 1));
}

/** `128K context, $2.50 in / $10.00 out per million tokens`; what is not known is left out. */
export function modelFacts(model: ModelView | undefined): string {
  if (model === undefined) return '';
  const { contextTokens, inputPrice, outputPrice } = model;
  const facts: string[] = [];
  if (contextTokens !== undefined) facts.push(i18n.t('agents:context', { tokens: formatCompact(contextTokens) }));
  if (inputPrice === 0 && outputPrice === 0) facts.push(i18n.t('agents:free'));
  else if (inputPrice !== undefined && outputPrice !== undefined) {
    facts.push(i18n.t('agents:price', { input: formatMoney(inputPrice), output: formatMoney(outputPrice) }));
  }
  return facts.join(' · ');
}
