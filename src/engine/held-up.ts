/** Why a provider takes no job now, for people: what was paused, what it suffers from, and which limit is used up. */
import type { ProviderRow } from '../../db/settings.model.ts';
import type { HeldUp } from '../protocol/held-up.ts';
import type { ProviderId } from '../protocol/ids.ts';
import type { Lane } from '../protocol/job.ts';
import type { ProviderActors } from './provider-actors.ts';

/** Where jobs wait, and what for. `until` in epoch ms; null where nobody knows. */
export interface HoldUp {
  readonly why: HeldUp;
  readonly until: number | null;
}

/** Why it takes no job of this lane now, and until when, where that is known; null when it does. */
export function heldUp(providers: ProviderActors, id: ProviderId, lane: Lane): HoldUp | null {
  const row = providers.row(id);
  if (row === undefined) return { why: { kind: 'provider-removed', provider: id }, until: null };
  if (providers.lanePauses.isPaused(lane)) return { why: { kind: 'lane-paused' }, until: null };
  const { name: provider, reason } = row;
  if (row.pausedAt !== null) return { why: { kind: 'provider-paused', provider }, until: null };
  if (row.state === 'healthy') return heldUpByLimit(providers, row, lane);
  if (row.state === 'probing') return { why: { kind: 'probing', provider, reason }, until: null };
  return { why: { kind: 'provider-state', provider, reason }, until: row.coolingUntil };
}

function heldUpByLimit({ rates }: ProviderActors, row: ProviderRow, lane: Lane): HoldUp | null {
  const holdUp = rates.holdUp(row, lane);
  if (holdUp === undefined) return null;
  const { kind: of, limit, until } = holdUp;
  return { why: { kind: 'limit', provider: row.name, of, limit, kept: lane !== 'high' }, until };
}

/** The same in English, for clients without words of their own. */
export function heldUpWords(why: HeldUp): string {
  switch (why.kind) {
    case 'provider-removed':
      return `The provider "${why.provider}" was removed.`;
    case 'lane-paused':
      return 'Its lane is paused. Resume the lane in the queue.';
    case 'provider-paused':
      return `${why.provider} is paused. Resume it in the queue.`;
    case 'limit': {
      const used = why.kept ? 'is, as far as it is not kept for more urgent jobs, used up' : 'is used up';
      return `The limit of ${why.limit.toLocaleString('en')} ${why.of} a minute at ${why.provider} ${used}.`;
    }
    case 'probing':
      return `One request is trying whether ${why.provider} is back. ${why.reason ?? ''}`.trim();
    case 'provider-state':
      return why.reason ?? `${why.provider} takes no requests now.`;
    default:
      return why satisfies never;
  }
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
