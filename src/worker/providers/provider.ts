/** The one contract of all providers. A provider is stateless but for its clients' connection pools. */
import type { Failure, FinishReason, Usage } from '../../protocol/job.ts';
import type { ModelInfo, ProviderConnection, ProviderLimits } from '../../protocol/provider.ts';
import type { LlmRequest } from '../../protocol/request.ts';
import type { StreamPart } from '../../protocol/worker.ts';

/** Called with each piece of content as it arrives; never with an empty text. */
export type Emit = (kind: StreamPart['kind'], text: string) => void;

/** How a request ended, and what the provider's headers said of its limits. The text itself went through `emit`. */
export type Outcome = Ending & { limits?: ProviderLimits };

type Ending =
  | {
      type: 'answered';
      finishReason: FinishReason;
      /** Absent: the provider sent none; the worker estimates it. */
      usage: Usage | undefined;
      /** The model that the provider says answered. */
      model: string;
    }
  | { type: 'failed'; failure: Failure }
  /** `signal` was aborted before the answer was whole. */
  | { type: 'aborted' };

export type ModelsOutcome = { type: 'listed'; models: ModelInfo[] } | { type: 'failed'; failure: Failure };

export interface Provider {
  /**
   * Asks for an answer and streams it. Never throws and never rejects for anything that a provider or a network may do;
   * what does come out as an exception is a defect of ours. When `signal` is aborted the HTTP request is closed and the
   * outcome follows at once. Answers in the same call, without a promise, where it can.
   */
  answer(
    request: LlmRequest,
    connection: ProviderConnection,
    signal: AbortSignal,
    emit: Emit,
  ): Outcome | Promise<Outcome>;
  /** One cheap authenticated call. Ends by itself within 15 s. */
  listModels(connection: ProviderConnection): Promise<ModelsOutcome>;
}
