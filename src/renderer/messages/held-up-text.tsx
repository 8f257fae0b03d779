import { useTranslation } from 'react-i18next';
import type { JobView } from '../../protocol/views.ts';
import { heldUpWords } from './held-up-words.ts';

/** Why a job waits, and what its provider said of it. */
export function HeldUpText({ job: { heldUp, provider } }: { readonly job: JobView }) {
  const { t } = useTranslation('messages');
  if (heldUp === null) return null;
  const { said, quote } = heldUpWords(t, heldUp, provider);
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
