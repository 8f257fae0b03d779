/** Token counts where a provider sends none. */
import type { Usage } from '../protocol/job.ts';
import type { LlmRequest } from '../protocol/request.ts';

/** The usual rule of thumb for English text and the common tokenizers. */
const charsPerToken = 4;

function tokensOf(chars: number): number {
  return Math.ceil(chars / charsPerToken);
}

/** An estimate from lengths alone, marked as one. */
export function estimateUsage(request: LlmRequest, text: string, thinking: string): Usage {
  let inputChars = request.system?.length ?? 0;
  for (const message of request.messages) inputChars += message.content.length;
  const usage: Usage = {
    inputTokens: tokensOf(inputChars),
    outputTokens: tokensOf(text.length + thinking.length),
    estimated: true,
  };
  if (thinking !== '') usage.reasoningTokens = tokensOf(thinking.length);
  return usage;
}
