/**
 * Who takes structured output. No list says it: models differ, so do the versions of servers, and a list would be out of date.
 * So every model is asked with the format first; who refuses it is asked again at once, in the same attempt, without it, and
 * then never with it again while this worker lives. The prompt describes the shape as well, so the answer is much the same.
 */
import { classify } from '../classify.ts';
import { wireErrorOf } from '../wire-error.ts';

export interface FormatSupport {
  /** Whether the model is to be asked with a format. */
  takes(model: string): boolean;
  /** It has answered without a format what it had refused with one. */
  refuses(model: string): void;
}

/** One for each server. */
export function createFormatSupport(): FormatSupport {
  const refusing = new Set<string>();
  return {
    takes: (model) => !refusing.has(model),
    refuses: (model) => void refusing.add(model),
  };
}

/** What servers call the thing: the parameter's names at both providers and in engines behind compatible servers. */
const names = /response_format|json_schema|output_config|output_format|structured[ _]outputs?|grammar|guided/u;

/**
 * Whether an error may be about the format. One that says so is; so may be a plain "bad request", which many servers answer to
 * a parameter that they do not know. It is not when the server names another reason: a key, a limit, the length, the model.
 */
export function mayRefuseFormat(error: unknown): boolean {
  const facts = wireErrorOf(error, Date.now());
  if (facts.status !== 400 && facts.status !== 422 && facts.status !== 501) return false;
  if (names.test((facts.words ?? '').toLowerCase())) return true;
  return facts.status !== 501 && classify(facts, false).code === 'bad-request';
}
