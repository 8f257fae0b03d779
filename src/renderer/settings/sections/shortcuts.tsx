import { useTranslation } from 'react-i18next';
import { ShortcutList } from '../../commands/shortcut-list.tsx';

/** The cheat sheet, to stay. */
export function ShortcutsSection() {
  const { t } = useTranslation('settings');
  return (
    <>
      <p className="mb-6 text-sm text-pretty text-ink-soft">{t('shortcutsHint')}</p>
      <ShortcutList />
    </>
  );
}
