import type { ComposerActor } from '../composer/composers.ts';
import { withQuote } from './quote.ts';

/** Puts a quote behind what was written so far, and goes there. */
export function quoteInComposer(composer: ComposerActor, text: string): void {
  composer.send({ type: 'EDIT', draft: withQuote(composer.getSnapshot().context.draft, text) });
  document.querySelector<HTMLTextAreaElement>('form textarea')?.focus();
}
