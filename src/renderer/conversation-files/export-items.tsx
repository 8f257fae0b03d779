import { FileDown } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ConversationId } from '../../protocol/ids.ts';
import { DropdownMenuItem } from '../components/ui/dropdown-menu.tsx';
import { useServices } from '../services.tsx';
import { exportConversation } from './conversation-files.ts';

/** In a conversation's menu. */
export function ExportItems({ id }: { readonly id: ConversationId }) {
  const { t } = useTranslation('files');
  const services = useServices();
  return (['markdown', 'json'] as const).map((format) => (
    <DropdownMenuItem key={format} onSelect={() => void exportConversation(services, id, format)}>
      <FileDown size={15} aria-hidden className="text-ink-faint" />
      {t(format === 'json' ? 'exportJson' : 'exportMarkdown')}
    </DropdownMenuItem>
  ));
}
