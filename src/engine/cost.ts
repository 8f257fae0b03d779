/** What an answer costs, at the prices that are known of its model. */
import type { Usage } from '../protocol/job.ts';
import type { ModelInfo } from '../protocol/provider.ts';

type Tokens = Pick<Usage, 'inputTokens' | 'outputTokens' | 'cachedTokens'>;
type Prices = Pick<ModelInfo, 'inputPrice' | 'outputPrice' | 'cachedInputPrice'>;

/** A price is for so many tokens. */
const pricedTokens = 1_000_000;

/**
 * In millionths of a US dollar, rounded. Input from the provider's cache counts at its own price where one is known, else as
 * other input. Null when tokens were used whose price nobody knows: a sum that leaves them out would be too low.
 */
export function costMicros(usage: Tokens, model: Prices | undefined): number | null {
  const { inputPrice, outputPrice, cachedInputPrice = inputPrice } = model ?? {};
  const cached = Math.min(usage.cachedTokens ?? 0, usage.inputTokens);
  const parts = [
    { tokens: usage.inputTokens - cached, price: inputPrice },
    { tokens: cached, price: cachedInputPrice },
    { tokens: usage.outputTokens, price: outputPrice },
  ];
  let total = 0;
  for (const { tokens, price } of parts) {
    if (tokens === 0) continue;
    if (price === undefined) return null;
    total += tokens * price;
  }
  return Math.round(total / pricedTokens);
}
