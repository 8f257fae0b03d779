/** How many tokens a text or a picture takes, as far as lengths tell. On the high side: too long is an error, too short is not. */
import { imagesOf, textOf, type ChatMessage } from '../protocol/request.ts';

/** English has about 4 characters a token, other languages and code fewer. */
export const charsPerToken = 3;
/** Of a picture as large as models take them in. */
export const imageTokens = 1_600;

export function estimateTokens(text: string): number {
  return Math.ceil(text.length / charsPerToken);
}

export function tokensOf(messages: readonly ChatMessage[]): number {
  return messages.reduce(
    (sum, message) => sum + estimateTokens(textOf(message)) + imagesOf(message).length * imageTokens,
    0,
  );
}
