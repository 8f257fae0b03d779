/** Asks a provider module directly, without a worker around it, and collects what it emits. */
import type { ProviderConnection } from '../../src/protocol/provider.ts';
import type { LlmRequest } from '../../src/protocol/request.ts';
import type { Outcome, Provider } from '../../src/worker/providers/provider.ts';

export interface Asked {
  outcome: Promise<Outcome>;
  /** Resolves at the first text. */
  firstText: Promise<void>;
  text(): string;
  thinking(): string;
  cancel(): void;
}

export function requestOf(prompt: string, more: Partial<LlmRequest> = {}): LlmRequest {
  return { model: 'test-model', messages: [{ role: 'user', content: prompt }], params: {}, ...more };
}

export function askProvider(
  provider: Provider,
  connection: ProviderConnection,
  request: LlmRequest = requestOf('hello'),
): Asked {
  const abort = new AbortController();
  const streamed = { text: '', thinking: '' };
  const { promise: firstText, resolve } = Promise.withResolvers<void>();
  const outcome = Promise.resolve(
    provider.answer(request, connection, abort.signal, (kind, text) => {
      streamed[kind] += text;
      if (kind === 'text') resolve();
    }),
  );
  return {
    outcome,
    firstText,
    text: () => streamed.text,
    thinking: () => streamed.thinking,
    cancel: () => abort.abort(),
  };
}
