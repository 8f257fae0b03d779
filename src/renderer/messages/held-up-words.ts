/** Why a job's provider takes none now, in the page's language; what the provider said of it stays as it is. Pure. */
import type { HeldUp } from '../../protocol/held-up.ts';
import { formatNumber } from '../i18n/format.ts';
import { failureWords, type MessagesT } from './failure-words.ts';

export interface HeldUpWords {
  readonly said: string;
  /** The provider's own words, where there are no words of ours. */
  readonly quote: string | null;
}

export function heldUpWords(t: MessagesT, why: HeldUp, providerId: string): HeldUpWords {
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
    case 'provider-state': {
      const said = t(`heldUp.${why.kind}`, { provider: why.provider });
      if (why.code === null) return { said, quote: why.reason };
      const failure = { class: 'provider-down', code: why.code, message: why.reason ?? '' } as const;
      return { said: `${said} ${failureWords(t, failure, providerId)}`, quote: null };
    }
    default:
      return why satisfies never;
  }
}
