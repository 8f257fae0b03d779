/** A provider's circuit breaker, brought up where its row stands. */
import { createActor, type Actor } from 'xstate';
import type { ProviderRow } from '../../db/settings.model.ts';
import { providerMachine } from '../../machines/provider.machine.ts';

export function startProviderActor(row: ProviderRow): Actor<typeof providerMachine> {
  const { failures, pauses, coolingUntil, reason, failureCode, probe } = row;
  const context = { failures, pauses, coolingUntil, reason, failureCode, probe };
  const snapshot = providerMachine.resolveState({ value: row.state, context });
  const actor = createActor(providerMachine, { id: `provider:${row.id}`, snapshot });
  // Without a listener XState reports an actor's error as an uncaught exception; the sender sees and throws it.
  actor.subscribe({ error: () => undefined });
  return actor.start();
}
