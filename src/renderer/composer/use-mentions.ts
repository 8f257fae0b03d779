import { useId, useState, type KeyboardEvent, type RefObject } from 'react';
import { flushSync } from 'react-dom';
import type { AgentView } from '../../protocol/agents.ts';
import type { ComposerActor } from './composers.ts';
import { onListKey } from './list-keys.ts';
import { candidates, mentionAt, withMention } from './mentions.ts';

interface UseMentionsOptions {
  readonly actor: ComposerActor;
  readonly box: RefObject<HTMLTextAreaElement | null>;
  readonly draft: string;
  /** Who can be mentioned; nobody outside a channel. */
  readonly agents: readonly AgentView[];
}

export interface Mentions {
  readonly open: boolean;
  readonly options: readonly AgentView[];
  readonly active: number;
  readonly listId: string;
  readonly optionId: (index: number) => string;
  readonly choose: (agent: AgentView) => void;
  /** The caret or the text has moved. */
  readonly onMoved: () => void;
  readonly close: () => void;
  /** True: the key was meant for the list. */
  readonly onKeyDown: (event: KeyboardEvent<HTMLTextAreaElement>) => boolean;
}

/** The list that opens at an `@`: a combobox whose focus stays in the box (ARIA practices, list autocomplete). */
export function useMentions({ actor, box, draft, agents }: UseMentionsOptions): Mentions {
  const listId = useId();
  const [caret, setCaret] = useState<number | null>(null);
  const [active, setActive] = useState(0);
  /** Where an `@` stands whose list was closed: it stays closed. */
  const [dismissed, setDismissed] = useState<number | null>(null);
  const query = agents.length === 0 || caret === null ? null : mentionAt(draft, caret);
  const options = query === null || query.start === dismissed ? [] : candidates(agents, query);
  const open = options.length > 0;
  const highlighted = Math.min(active, options.length - 1);

  const onMoved = () => {
    const element = box.current;
    if (element === null) return;
    setCaret(element.selectionStart === element.selectionEnd ? element.selectionStart : null);
    setActive(0);
    if (element.value.indexOf('@', dismissed ?? 0) !== dismissed) setDismissed(null);
  };
  const choose = (agent: AgentView) => {
    if (query === null || caret === null) return;
    const next = withMention(draft, caret, query, agent);
    // At once: the next letter may follow within the same frame, and belongs behind the name.
    flushSync(() => {
      actor.send({ type: 'EDIT', draft: next.draft });
      setCaret(next.caret);
    });
    box.current?.focus();
    box.current?.setSelectionRange(next.caret, next.caret);
  };
  const close = () => setDismissed(query?.start ?? null);
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): boolean =>
    onListKey(event, { options, highlighted, setActive, choose, close });
  const optionId = (index: number) => `${listId}-${index}`;
  return { open, options, active: highlighted, listId, optionId, choose, onMoved, close, onKeyDown };
}
