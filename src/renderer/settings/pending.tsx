import { useTranslation } from 'react-i18next';

/** In place of a section whose state is not known yet: that it is read, or why it could not be. */
export function Pending({ problem }: { readonly problem: string | null }) {
  const { t } = useTranslation('common');
  return (
    <p role={problem === null ? 'status' : 'alert'} className="text-sm text-ink-faint">
      {problem === null ? t('loading') : <span translate="no">{problem}</span>}
    </p>
  );
}
