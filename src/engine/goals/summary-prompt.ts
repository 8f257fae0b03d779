/** What is asked for when a result is too long for those who have to read it. */
import { material, materialRule } from './material.ts';
import { type AgentWords, list, type Prompt, resultPiece, type ResultWords, systemOf } from './prompt-parts.ts';

export interface SummaryWords {
  readonly agent: AgentWords;
  readonly result: Omit<ResultWords, 'isSummary'>;
  /** How long it may be. */
  readonly tokens: number;
}

/** Of a token; English has more of them, other languages fewer. */
const wordsPerToken = 0.6;

export function summaryPrompt({ agent, result, tokens }: SummaryWords): Prompt {
  const piece = resultPiece({ ...result, isSummary: false });
  const shown = material([piece]);
  const words = Math.max(30, Math.floor(tokens * wordsPerToken));
  const system = systemOf(agent, [
    'You shorten a text for colleagues who go on working with it and have no room for the whole. They will not see the original.',
    list([
      `At most ${words} words, in the language of the text, as Markdown.`,
      'Keep what others build on: decisions, names, figures, interfaces, conditions, exactly as they are written there; then ' +
        'what is open or uncertain. Leave out how it came about, examples and repetitions.',
      'Of code keep the files, what is in them, and the signatures that others call.',
      'Add nothing of your own, and no sentence about the summary itself.',
    ]),
    materialRule(shown.mark, []),
  ]);
  return { system, messages: [{ role: 'user', content: `Shorten this text:\n\n${shown.show(piece)}` }] };
}
