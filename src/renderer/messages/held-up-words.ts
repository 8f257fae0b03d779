/** Why a job's provider takes none now, in the page's language; what the provider said of it stays as it is. Pure. */
import type { HeldUp } from '../../protocol/held-up.ts';
import { formatNumber } from '../i18n/format.ts';
import type { MessagesT } from './failure-words.ts';

export interface HeldUpWords {
  readonly said: string;
  /** The provider's own words. */
  readonly quote: string | null;
}

export function heldUpWords(t: MessagesT, why: HeldUp): HeldUpWords {
  switch (why.kind) {
    case 'lane-paused':
      return { said: t('heldUp.lane-paused'), quote: null };
    case 'provider-removed':
    case 'provider-paused':
      return { said: t(`heldUp.${why.kind}`, { provider: why.provider }), quote: null };
    case 'limit': {
      const { provider, of, limit, kept } = why;
      const words = { provider, count: limit, limit: formatNumber(limit) };
      return { said: t(kept ? `heldUp.kept.${of}` : `heldUp.limit.${of}`, words), quote: null };
    }
    case 'probing':
    case 'provider-state':
      return { said: t(`heldUp.${why.kind}`, { provider: why.provider }), quote: why.reason };
    default:
      return why satisfies never;
  }
}
