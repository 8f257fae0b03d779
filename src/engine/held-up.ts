/** Why a provider takes no job now, for people: what was paused, what it suffers from, and which limit is used up. */
import type { ProviderRow } from '../../db/settings.model.ts';
import type { ProviderId } from '../protocol/ids.ts';
import type { Lane } from '../protocol/job.ts';
import type { ProviderActors } from './provider-actors.ts';

/** Where jobs wait, and what for. `until` in epoch ms; null where nobody knows. */
export interface HoldUp {
  readonly by: string;
  readonly until: number | null;
}

/** Why it takes no job of this lane now, and until when, where that is known; null when it does. */
export function heldUp(providers: ProviderActors, id: ProviderId, lane: Lane): HoldUp | null {
  const row = providers.row(id);
  if (row === undefined) return { by: `The provider "${id}" was removed.`, until: null };
  if (providers.lanePauses.isPaused(lane)) {
    return { by: 'Its lane is paused. Resume the lane in the queue.', until: null };
  }
  if (row.pausedAt !== null) return { by: `${row.name} is paused. Resume it in the queue.`, until: null };
  if (row.state === 'healthy') return heldUpByLimit(providers, row, lane);
  if (row.state === 'probing') {
    return { by: `One request is trying whether ${row.name} is back. ${row.reason ?? ''}`.trim(), until: null };
  }
  return { by: row.reason ?? `${row.name} takes no requests now.`, until: row.coolingUntil };
}

function heldUpByLimit({ rates }: ProviderActors, row: ProviderRow, lane: Lane): HoldUp | null {
  const holdUp = rates.holdUp(row, lane);
  if (holdUp === undefined) return null;
  const { kind, limit, until } = holdUp;
  const whose = lane === 'high' ? 'is' : 'is, as far as it is not kept for more urgent jobs,';
  return { by: `The limit of ${limit.toLocaleString('en')} ${kind} a minute at ${row.name} ${whose} used up.`, until };
}

/** What of this job's way the user has paused; null: nothing. */
export function pausedBy(providers: ProviderActors, id: ProviderId, lane: Lane): 'lane' | 'provider' | null {
  if (providers.lanePauses.isPaused(lane)) return 'lane';
  return (providers.row(id)?.pausedAt ?? null) === null ? null : 'provider';
}

/** The providers that the user has paused, with the time (epoch ms) since when. */
export function pausedProviders(providers: ProviderActors): { provider: ProviderId; since: number }[] {
  return providers.ids.flatMap((provider) => {
    const since = providers.row(provider)?.pausedAt ?? null;
    return since === null ? [] : [{ provider, since }];
  });
}
