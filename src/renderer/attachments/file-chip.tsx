/** A file in a line: what it is, its name and size; a picture as itself. */
import { FileText, FileType2, Image as ImageIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { AttachmentView } from '../../protocol/attachments.ts';
import { cn } from '../components/ui/cn.ts';
import { formatBytes } from '../i18n/format.ts';
import { attachmentUrl } from './limits.ts';

const icons = { image: ImageIcon, pdf: FileType2, text: FileText } as const;

interface FileChipProps {
  readonly name: string;
  readonly bytes: number;
  /** Null while it is handed over. */
  readonly view: AttachmentView | null;
  readonly note?: string | undefined;
  readonly children?: ReactNode;
  readonly className?: string;
}

export function FileChip({ name, bytes, view, note, children, className }: FileChipProps) {
  const { t } = useTranslation('attachments');
  const Icon = icons[view?.kind ?? 'text'];
  const pages = view?.pages ?? null;
  return (
    <span
      className={cn(
        'flex h-12 max-w-64 min-w-0 items-center gap-2.5 overflow-hidden rounded-xl border bg-raised pr-2 text-left text-[0.8125rem]',
        className,
      )}
    >
      {view?.kind === 'image' ? (
        <img src={attachmentUrl(view.id)} alt="" className="h-full w-12 shrink-0 bg-tint object-cover" />
      ) : (
        <Icon size={18} aria-hidden className="ml-3 shrink-0 text-ink-faint" />
      )}
      <span className="min-w-0 flex-1">
        <span translate="no" dir="auto" className="block truncate font-medium">
          {name}
        </span>
        <span className="block truncate text-xs text-ink-faint">
          {note ?? [formatBytes(bytes), ...(pages === null ? [] : [t('pages', { count: pages })])].join(' · ')}
        </span>
      </span>
      {children}
    </span>
  );
}
