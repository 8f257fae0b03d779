import { Download } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { GoalId } from '../../protocol/ids.ts';
import { Button } from '../components/ui/button.tsx';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuTrigger,
} from '../components/ui/dropdown-menu.tsx';
import { useRequest } from '../conversations/use-request.ts';
import { useServices } from '../services.tsx';
import { downloadGoal } from './download-goal.ts';

/** The deliverable as one Markdown file, or all its documents in a zip file. */
export function DownloadButton({ goalId }: { readonly goalId: GoalId }) {
  const { t } = useTranslation('goals');
  const { client } = useServices();
  const { running, problem, run, clear } = useRequest();
  const save = (format: 'md' | 'zip') => run(() => downloadGoal(client, goalId, format), clear);
  return (
    <>
      <DropdownMenu>
        <DropdownMenuTrigger asChild>
          <Button size="small" disabled={running}>
            <Download size={14} aria-hidden />
            {t('action.download')}
          </Button>
        </DropdownMenuTrigger>
        <DropdownMenuContent align="start">
          <DropdownMenuItem onSelect={() => save('md')}>{t('deliverable.asMarkdown')}</DropdownMenuItem>
          <DropdownMenuItem onSelect={() => save('zip')}>{t('deliverable.asZip')}</DropdownMenuItem>
        </DropdownMenuContent>
      </DropdownMenu>
      {problem !== null && (
        <p role="alert" className="basis-full text-[0.8125rem] text-alarm">
          {t('deliverable.failed')}: <span translate="no">{problem}</span>
        </p>
      )}
    </>
  );
}
