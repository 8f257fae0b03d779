/** Answers `inspect-provider`: the provider's model list, which also proves address and key. */
import type { EngineToWorker, WorkerToEngine } from '../protocol/worker.ts';
import { bugFailure } from './failures.ts';
import type { ModelsOutcome } from './providers/provider.ts';
import { providerOf } from './providers/registry.ts';

/** Resolves to the report, also when the provider fails; never rejects. */
export async function inspectProvider(
  message: Extract<EngineToWorker, { type: 'inspect-provider' }>,
): Promise<WorkerToEngine> {
  const { callId, provider: connection } = message;
  let outcome: ModelsOutcome;
  try {
    const provider = await providerOf(connection.kind);
    outcome = await provider.listModels(connection);
  } catch (error) {
    outcome = { type: 'failed', failure: bugFailure(connection, error) };
  }
  return outcome.type === 'listed'
    ? { type: 'provider-report', callId, models: outcome.models }
    : { type: 'provider-report', callId, failure: outcome.failure };
}
