import { Copy, Download, Ellipsis, Star, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/ui/button.tsx';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuTrigger,
} from '../components/ui/dropdown-menu.tsx';
import type { AgentActions } from './use-agent-actions.ts';

/** What can be done with a saved agent beside changing it. */
export function AgentMenu({ actions, isDefault }: { readonly actions: AgentActions; readonly isDefault: boolean }) {
  const { t } = useTranslation(['agents', 'common']);
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button variant="ghost" size="icon" aria-label={t('common:more')}>
          <Ellipsis size={17} aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        <DropdownMenuItem onSelect={actions.duplicate}>
          <Copy size={15} aria-hidden className="text-ink-faint" />
          {t('duplicate')}
        </DropdownMenuItem>
        <DropdownMenuItem onSelect={actions.export}>
          <Download size={15} aria-hidden className="text-ink-faint" />
          {t('export')}
        </DropdownMenuItem>
        {!isDefault && (
          <DropdownMenuItem onSelect={actions.makeDefault}>
            <Star size={15} aria-hidden className="text-ink-faint" />
            {t('makeDefault')}
          </DropdownMenuItem>
        )}
        <DropdownMenuItem danger onSelect={actions.remove}>
          <Trash2 size={15} aria-hidden />
          {t('common:remove')}
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
