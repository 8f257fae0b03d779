/** The built-in provider: no key, no network. Its pace and length can be set, so tests and benchmarks run through it too. */
import type { LlmRequest } from '../../protocol/request.ts';
import { demoAnswer, demoTokens, fillerTokens } from './demo-answer.ts';
import { demoGoalAnswer, needsForm } from './demo-goal.ts';
import type { Emit, Outcome, Provider } from './provider.ts';

/** A pace that reads like a quick model: about 60 words a second. */
const defaultTokenMs = 16;
const defaultFirstContentMs = 150;

const whole: Outcome = { type: 'answered', finishReason: 'stop', usage: undefined, model: 'demo' };
const cut: Outcome = { type: 'answered', finishReason: 'length', usage: undefined, model: 'demo' };

export const demo: Provider = {
  answer(request, _connection, signal, emit) {
    const { tokenMs = defaultTokenMs } = request.demo ?? {};
    const firstContentMs = request.demo?.firstContentMs ?? (tokenMs === 0 ? 0 : defaultFirstContentMs);
    const all = tokensOf(request);
    const limit = request.params.maxOutputTokens ?? Infinity;
    const tokens = all.length > limit ? all.slice(0, limit) : all;
    const outcome = all.length > limit ? cut : whole;
    if (firstContentMs === 0 && (tokenMs === 0 || tokens.length <= 1)) {
      if (tokens.length > 0) emit('text', tokens.join(''));
      return outcome;
    }
    return stream(tokens, { firstContentMs, tokenMs }, signal, emit).then((finished) =>
      finished ? outcome : { type: 'aborted' },
    );
  },
  listModels: () => Promise.resolve({ type: 'listed', models: [{ id: 'demo' }] }),
};

/** A plan or a review is whole, whatever length was asked for: filler would be no answer. */
function tokensOf(request: LlmRequest): string[] {
  const count = request.demo?.tokens;
  if (count !== undefined && !needsForm(request)) return fillerTokens(count);
  return demoTokens(demoGoalAnswer(request) ?? demoAnswer(request));
}

/**
 * Emits the tokens at their pace and resolves to whether all were emitted. A token's time is counted from the start, so a
 * late timer brings several tokens rather than a slower answer.
 */
function stream(
  tokens: readonly string[],
  pace: { firstContentMs: number; tokenMs: number },
  signal: AbortSignal,
  emit: Emit,
): Promise<boolean> {
  return new Promise((resolve) => {
    const firstAt = performance.now() + pace.firstContentMs;
    let next = 0;
    const tick = (): void => {
      const elapsedMs = performance.now() - firstAt;
      const due = pace.tokenMs === 0 ? tokens.length : Math.floor(elapsedMs / pace.tokenMs) + 1;
      const until = Math.min(Math.max(due, next + 1), tokens.length);
      if (until > next) emit('text', tokens.slice(next, until).join(''));
      next = until;
      if (next === tokens.length) {
        signal.removeEventListener('abort', stop);
        resolve(true);
        return;
      }
      timer = setTimeout(tick, Math.max(0, firstAt + next * pace.tokenMs - performance.now()));
    };
    const stop = (): void => {
      clearTimeout(timer);
      resolve(false);
    };
    let timer = setTimeout(tick, pace.firstContentMs);
    signal.addEventListener('abort', stop, { once: true });
  });
}
