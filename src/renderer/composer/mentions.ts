/** The `@` that is being typed, and whom it may become. Pure. */

export interface Mentionable {
  readonly name: string;
}

export interface MentionQuery {
  /** Where the `@` stands. */
  readonly start: number;
  readonly text: string;
}

const longestName = 100;
const wordCharacter = /[\p{L}\p{N}_]/u;

/** The mention before the caret, as far as it is written; null when there is none. Names may have spaces. */
export function mentionAt(draft: string, caret: number): MentionQuery | null {
  const start = draft.lastIndexOf('@', caret - 1);
  if (start === -1 || caret - start > longestName) return null;
  if (start > 0 && wordCharacter.test(draft.charAt(start - 1))) return null;
  const text = draft.slice(start + 1, caret);
  return text.includes('\n') || text.startsWith(' ') ? null : { start, text };
}

/**
 * Those whose name begins with what is typed, then those in which a later word does. Nobody right behind a whole name: a
 * longer one that begins with it is offered again when more of it is typed, and Enter sends until then.
 */
export function candidates<Agent extends Mentionable>(agents: readonly Agent[], { text }: MentionQuery): Agent[] {
  const typed = text.toLowerCase();
  if (agents.some(({ name }) => typed === `${name.toLowerCase()} `)) return [];
  const begins = agents.filter(({ name }) => name.toLowerCase().startsWith(typed));
  const within = agents.filter(
    (agent) =>
      !begins.includes(agent) &&
      agent.name
        .toLowerCase()
        .split(/\s+/u)
        .some((word) => word.startsWith(typed)),
  );
  return [...begins, ...within];
}

/** The draft with the mention written out, and where the caret is then. */
export function withMention(
  draft: string,
  caret: number,
  { start }: MentionQuery,
  { name }: Mentionable,
): { readonly draft: string; readonly caret: number } {
  const rest = draft.slice(caret);
  const written = `@${name}${rest.startsWith(' ') ? '' : ' '}`;
  return {
    draft: draft.slice(0, start) + written + rest,
    caret: start + written.length + (rest.startsWith(' ') ? 1 : 0),
  };
}
