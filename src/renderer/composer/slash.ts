/** What a message that begins with `/` asks for instead of being a message. Pure. */

/** What can be typed behind the `/`. */
const slashCommands = ['goal'] as const;
export type SlashCommand = (typeof slashCommands)[number];

/** The commands that the draft may become, while nothing but the beginning of one is typed. */
export function slashCandidates(draft: string): readonly SlashCommand[] {
  if (!draft.startsWith('/')) return [];
  const typed = draft.slice(1).toLowerCase();
  return slashCommands.filter((command) => command.startsWith(typed));
}

/** What is to be reached, when the text hands over a goal (`/goal …`); null: it is a message like any other. */
export function intentionOf(text: string): string | null {
  const found = /^\/goal(?:\s+(?<intention>[\s\S]*))?$/iu.exec(text);
  return found === null ? null : (found.groups?.['intention'] ?? '').trim();
}

/** The draft as one that hands over a goal. */
export function asGoal(draft: string): string {
  return intentionOf(draft) === null ? `/goal ${draft}` : draft;
}
