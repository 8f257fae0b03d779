/** Whether an answer is one that can be worked with: not cut, not refused, not empty. */
import type { FinishReason } from '../../protocol/job.ts';

/** What keeps an answer from counting, in words for the model's next try and for people; undefined: nothing does. */
export function notWhole(text: string, finishReason: FinishReason): string | undefined {
  switch (finishReason) {
    case 'length':
      return 'The answer was cut off by the limit on its length, so its end is missing. Write a shorter one.';
    case 'filtered':
      return 'The provider or the model refused to answer this. Ask for something else, or word it differently.';
    case 'tool-calls':
      return 'The answer called a tool, and there are none. Answer with text.';
    case 'stop':
      return text.trim() === '' ? 'The answer was empty.' : undefined;
    default:
      return finishReason satisfies never;
  }
}
