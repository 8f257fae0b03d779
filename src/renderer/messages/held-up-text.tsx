import { useTranslation } from 'react-i18next';
import type { HeldUp } from '../../protocol/held-up.ts';
import { heldUpWords } from './held-up-words.ts';

/** Why a job waits, and what its provider said of it. */
export function HeldUpText({ why }: { readonly why: HeldUp }) {
  const { t } = useTranslation('messages');
  const { said, quote } = heldUpWords(t, why);
  return (
    <>
      {said}
      {quote !== null && (
        <>
          {' '}
          <span translate="no" dir="auto" className="wrap-anywhere">
            {quote}
          </span>
        </>
      )}
    </>
  );
}
