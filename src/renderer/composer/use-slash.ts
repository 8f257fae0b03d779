import { useId, useState, type KeyboardEvent, type RefObject } from 'react';
import { flushSync } from 'react-dom';
import type { ComposerActor } from './composers.ts';
import { onListKey } from './list-keys.ts';
import { slashCandidates, type SlashCommand } from './slash.ts';

export interface Slash {
  readonly open: boolean;
  readonly options: readonly SlashCommand[];
  readonly active: number;
  readonly listId: string;
  readonly optionId: (index: number) => string;
  readonly choose: (command: SlashCommand) => void;
  readonly close: () => void;
  /** True: the key was meant for the list. */
  readonly onKeyDown: (event: KeyboardEvent<HTMLTextAreaElement>) => boolean;
}

interface UseSlashOptions {
  readonly actor: ComposerActor;
  readonly box: RefObject<HTMLTextAreaElement | null>;
  readonly draft: string;
}

/** The list that opens at a `/` at the beginning: a combobox whose focus stays in the box, as that of mentions. */
export function useSlash({ actor, box, draft }: UseSlashOptions): Slash {
  const listId = useId();
  const [active, setActive] = useState(0);
  /** The draft whose list was closed: it stays closed until another `/` is typed. */
  const [dismissed, setDismissed] = useState(false);
  if (dismissed && !draft.startsWith('/')) setDismissed(false);
  const options = dismissed ? [] : slashCandidates(draft);
  const open = options.length > 0;
  const highlighted = Math.min(active, options.length - 1);
  const choose = (command: SlashCommand) => {
    // At once: the next letter may follow within the same frame, and belongs behind the command.
    flushSync(() => actor.send({ type: 'EDIT', draft: `/${command} ` }));
    const element = box.current;
    element?.focus();
    element?.setSelectionRange(element.value.length, element.value.length);
  };
  const close = () => setDismissed(true);
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): boolean =>
    onListKey(event, { options, highlighted, setActive, choose, close });
  const optionId = (index: number) => `${listId}-${index}`;
  return { open, options, active: highlighted, listId, optionId, choose, close, onKeyDown };
}
