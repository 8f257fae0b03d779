import { PanelLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/ui/button.tsx';

interface PageHeaderProps {
  readonly title: string;
  /** People or models gave this title: it is not translated. */
  readonly own?: boolean;
  readonly onMenu: () => void;
  readonly children?: ReactNode;
}

/** The page's top line; its menu button appears where the side bar does not fit. */
export function PageHeader({ title, own = false, onMenu, children }: PageHeaderProps) {
  const { t } = useTranslation('shell');
  return (
    <header className="flex h-14 shrink-0 items-center gap-2 border-b px-3 sm:px-5">
      <Button variant="ghost" size="icon" aria-label={t('menu')} className="-ml-1 md:hidden" onClick={onMenu}>
        <PanelLeft size={18} aria-hidden />
      </Button>
      <h1
        translate={own ? 'no' : undefined}
        dir="auto"
        className="min-w-0 flex-1 truncate text-[0.9375rem] font-semibold tracking-tight"
      >
        {title}
      </h1>
      {children}
    </header>
  );
}
