/** What the prompts of goals are made of: plain objects in, parts of a request out. */
import type { PlannedTask } from '../../protocol/goals.ts';
import type { TextMessage } from '../../protocol/request.ts';
import type { Material, Piece } from './material.ts';

export interface Prompt {
  system: string;
  messages: TextMessage[];
}

export interface GoalWords {
  /** Empty while it has none. */
  readonly title: string;
  readonly intention: string;
}

export interface AgentWords {
  readonly name: string;
  /** What the user has told it to be; may be empty. */
  readonly systemPrompt: string;
}

export type TaskWords = Pick<PlannedTask, 'title' | 'instructions' | 'acceptance' | 'result'>;

/** An accepted result that a task, or the deliverable, builds on. */
export interface ResultWords {
  /** The task's id within its plan. */
  readonly key: string;
  readonly title: string;
  readonly agentName: string;
  readonly text: string;
  /** It was too long: `text` is a summary. */
  readonly isSummary: boolean;
}

/** A task that was left out. */
export interface GapWords {
  readonly title: string;
  readonly reason: string;
}

/** What nobody has beside the text of a request, in every prompt the same: models like to claim more. */
export const nothingElse =
  'no files, no tools and no internet; nothing that is written is run, saved or sent by anybody, and other agents cannot be ' +
  'spoken to';

export const sameLanguage = 'Write in the language of the goal, unless it asks for another one.';

/** The agent's own prompt comes first: it says who the agent is, what follows says what is to be done now. */
export function systemOf(agent: AgentWords, parts: readonly string[]): string {
  const own = agent.systemPrompt.trim();
  return [...(own === '' ? [] : [own]), ...parts].join('\n\n');
}

export function list(items: readonly string[]): string {
  return items.map((item) => `- ${item.trim().replaceAll('\n', '\n  ')}`).join('\n');
}

export function goalPiece({ title, intention }: GoalWords): Piece {
  return { tag: 'goal', attributes: title === '' ? {} : { title }, text: intention };
}

export function taskPiece({ title, instructions, acceptance, result }: TaskWords): Piece {
  const text = `${instructions.trim()}\n\nAcceptance criteria:\n${list(acceptance)}`;
  return { tag: 'task', attributes: { title, result }, text };
}

export function resultPiece({ key, title, agentName, text, isSummary }: ResultWords): Piece {
  const attributes = { task: key, title, by: agentName, ...(isSummary ? { form: 'summary' } : {}) };
  return { tag: 'result', attributes, text };
}

/** Undefined where nothing was left out. */
export function gapsPiece(gaps: readonly GapWords[]): Piece | undefined {
  if (gaps.length === 0) return undefined;
  const lines = gaps.map(({ title, reason }) => (reason.trim() === '' ? title : `${title}: ${reason}`));
  return { tag: 'gaps', text: list(lines) };
}

/** A paragraph for each that is there, with the pieces under their sentence. */
export function section(shown: Material, sentence: string, pieces: readonly (Piece | undefined)[]): string[] {
  const there = pieces.filter((piece) => piece !== undefined);
  return there.length === 0 ? [] : [sentence, ...there.map((piece) => shown.show(piece))];
}
