import { useState, type RefObject } from 'react';
import { flushSync } from 'react-dom';
import type { ComposerActor } from './composers.ts';
import { slashCandidates, type SlashCommand } from './slash.ts';
import { useCombobox, type Combobox } from './use-combobox.ts';

interface UseSlashOptions {
  readonly actor: ComposerActor;
  readonly box: RefObject<HTMLTextAreaElement | null>;
  readonly draft: string;
}

/** The list that opens at a `/` at the beginning. */
export function useSlash({ actor, box, draft }: UseSlashOptions): Combobox<SlashCommand> {
  /** The draft whose list was closed: it stays closed until another `/` is typed. */
  const [dismissed, setDismissed] = useState(false);
  if (dismissed && !draft.startsWith('/')) setDismissed(false);
  const options = dismissed ? [] : slashCandidates(draft);
  const choose = (command: SlashCommand) => {
    // At once: the next letter may follow within the same frame, and belongs behind the command.
    flushSync(() => actor.send({ type: 'EDIT', draft: `/${command} ` }));
    const element = box.current;
    element?.focus();
    element?.setSelectionRange(element.value.length, element.value.length);
  };
  return useCombobox({ options, choose, close: () => setDismissed(true) });
}
