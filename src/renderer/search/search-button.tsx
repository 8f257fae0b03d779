import { Search as SearchIcon } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/ui/button.tsx';
import { Hint } from '../components/ui/hint.tsx';
import { useServices } from '../services.tsx';

/** Opens the search. `onOpened`: a side bar that covers the page closes. */
export function SearchButton({ onOpened }: { readonly onOpened?: (() => void) | undefined }) {
  const { t } = useTranslation('search');
  const { search } = useServices();
  return (
    <Hint text={t('open')}>
      <Button
        variant="ghost"
        size="icon"
        aria-label={t('open')}
        aria-keyshortcuts="Control+Shift+F"
        onClick={() => {
          onOpened?.();
          search.open();
        }}
      >
        <SearchIcon size={17} aria-hidden />
      </Button>
    </Hint>
  );
}
