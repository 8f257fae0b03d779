/** Token counts where a provider sends none. */
import type { Usage } from '../protocol/job.ts';
import { imagesOf, textOf, type LlmRequest } from '../protocol/request.ts';

/** The usual rule of thumb for English text and the common tokenizers. */
const charsPerToken = 4;
/** Of a picture as large as models take them in; smaller ones cost less. */
const imageTokens = 1_600;

function tokensOf(chars: number): number {
  return Math.ceil(chars / charsPerToken);
}

/** An estimate from lengths alone, marked as one. */
export function estimateUsage(request: LlmRequest, text: string, thinking: string): Usage {
  let inputChars = (request.system?.length ?? 0) + schemaChars(request);
  let images = 0;
  for (const message of request.messages) {
    inputChars += textOf(message).length;
    images += imagesOf(message).length;
  }
  const usage: Usage = {
    inputTokens: tokensOf(inputChars) + images * imageTokens,
    outputTokens: tokensOf(text.length + thinking.length),
    estimated: true,
  };
  if (thinking !== '') usage.reasoningTokens = tokensOf(thinking.length);
  return usage;
}

/** The provider tells the model the shape that its answer is to have. */
function schemaChars({ format }: LlmRequest): number {
  return format === undefined ? 0 : JSON.stringify(format.schema).length;
}
