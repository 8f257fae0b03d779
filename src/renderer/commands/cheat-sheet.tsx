import { useTranslation } from 'react-i18next';
import { Button } from '../components/ui/button.tsx';
import { Dialog, DialogActions } from '../components/ui/dialog.tsx';
import { ShortcutList } from './shortcut-list.tsx';

/** All shortcuts over what one is doing. */
export function CheatSheet({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation(['commands', 'common']);
  return (
    <Dialog open onClose={onClose} title={t('cheatSheet')} className="w-[min(44rem,calc(100vw-1.5rem))]">
      <div className="mt-4">
        <ShortcutList />
      </div>
      <DialogActions>
        <Button onClick={onClose} autoFocus>
          {t('common:close')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
