import { useState, type RefObject } from 'react';
import { flushSync } from 'react-dom';
import type { AgentView } from '../../protocol/agents.ts';
import type { ComposerActor } from './composers.ts';
import { candidates, mentionAt, withMention } from './mentions.ts';
import { useCombobox, type Combobox } from './use-combobox.ts';

interface UseMentionsOptions {
  readonly actor: ComposerActor;
  readonly box: RefObject<HTMLTextAreaElement | null>;
  readonly draft: string;
  /** Who can be mentioned; nobody outside a channel. */
  readonly agents: readonly AgentView[];
}

interface Mentions extends Combobox<AgentView> {
  /** The caret or the text has moved. */
  readonly onMoved: () => void;
}

/** The list that opens at an `@`. */
export function useMentions({ actor, box, draft, agents }: UseMentionsOptions): Mentions {
  const [caret, setCaret] = useState<number | null>(null);
  /** Where an `@` stands whose list was closed: it stays closed. */
  const [dismissed, setDismissed] = useState<number | null>(null);
  const query = agents.length === 0 || caret === null ? null : mentionAt(draft, caret);
  const options = query === null || query.start === dismissed ? [] : candidates(agents, query);
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
  const list = useCombobox({ options, choose, close: () => setDismissed(query?.start ?? null) });
  const onMoved = () => {
    const element = box.current;
    if (element === null) return;
    setCaret(element.selectionStart === element.selectionEnd ? element.selectionStart : null);
    list.setActive(0);
    if (element.value.indexOf('@', dismissed ?? 0) !== dismissed) setDismissed(null);
  };
  return { ...list, onMoved };
}
