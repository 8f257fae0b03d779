/** Answers `inspect-provider`: the provider's model list, which also proves address and key, and a model's word on demand. */
import type { Failure } from '../protocol/job.ts';
import type { ModelInfo, ProviderConnection, TrialAnswer } from '../protocol/provider.ts';
import type { LlmRequest } from '../protocol/request.ts';
import type { EngineToWorker, WorkerToEngine } from '../protocol/worker.ts';
import { bugFailure, firstContentTimeout } from './failures.ts';
import type { Provider } from './providers/provider.ts';
import { providerOf } from './providers/registry.ts';

/** A local server may have to load the model first. */
const answerLimitMs = 60_000;
const maxAnswerChars = 300;

/** Small, but not so small that a model that thinks first is refused. */
const question: Omit<LlmRequest, 'model'> = {
  messages: [{ role: 'user', content: 'This is a test of the connection. Answer with the single word OK.' }],
  params: { maxOutputTokens: 1_024 },
};

/** Resolves to the report, also when the provider fails; never rejects. */
export async function inspectProvider(
  message: Extract<EngineToWorker, { type: 'inspect-provider' }>,
): Promise<WorkerToEngine> {
  const { callId, provider: connection, model } = message;
  try {
    const { failure, ...found } = await inspect(connection, model);
    return {
      type: 'provider-report',
      callId,
      ...found,
      ...(failure === undefined ? {} : { failure: { ...failure, message: withoutJobs(failure.message) } }),
    };
  } catch (error) {
    return { type: 'provider-report', callId, failure: bugFailure(connection, error) };
  }
}

/** What becomes of the job, and what to do with it, is no part of a test: there is no job. */
const aboutJobs =
  / The job waits and goes on by itself\.| It is tried again while attempts are left; after that, retry the job by hand\.|; jobs for \S+ wait until then(?=\.)|,? and retry (?:the job|it)(?=\.)/gu;

function withoutJobs(message: string): string {
  return message.replace(aboutJobs, '');
}

interface Findings {
  models?: ModelInfo[];
  answer?: TrialAnswer;
  failure?: Failure;
}

async function inspect(connection: ProviderConnection, model: string | undefined): Promise<Findings> {
  const provider = await providerOf(connection.kind);
  const listed = await provider.listModels(connection);
  if (model === undefined) {
    return listed.type === 'listed' ? { models: listed.models } : { failure: listed.failure };
  }
  // Some servers have no list, and answer all the same; one that takes no key has nothing more to say.
  if (listed.type === 'failed' && listed.failure.class !== 'rejected') return { failure: listed.failure };
  const asked = await ask(provider, connection, model);
  return { ...(listed.type === 'listed' ? { models: listed.models } : {}), ...asked };
}

async function ask(
  provider: Provider,
  connection: ProviderConnection,
  model: string,
): Promise<{ answer: TrialAnswer } | { failure: Failure }> {
  const signal = AbortSignal.timeout(answerLimitMs);
  const startedAt = performance.now();
  let text = '';
  const outcome = await provider.answer({ ...question, model }, connection, signal, (kind, piece) => {
    if (kind === 'text' && text.length < maxAnswerChars) text += piece;
  });
  switch (outcome.type) {
    case 'answered':
      return {
        answer: {
          text: text.slice(0, maxAnswerChars),
          model: outcome.model,
          tookMs: Math.round(performance.now() - startedAt),
        },
      };
    case 'failed':
      return { failure: outcome.failure };
    case 'aborted':
      return { failure: firstContentTimeout(connection, answerLimitMs) };
    default:
      return outcome satisfies never;
  }
}
