import { Download, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BackupFile, DataView } from '../../../protocol/data.ts';
import { Button } from '../../components/ui/button.tsx';
import { Dialog, DialogActions } from '../../components/ui/dialog.tsx';
import { formatBytes, formatDateTime } from '../../i18n/format.ts';
import { useServices } from '../../services.tsx';
import { Setting, SettingGroup } from '../setting.tsx';
import type { DataCalls } from './data.tsx';

/** Backups: made here, downloaded here, lying in the data folder. */
export function Backups({ view, calls }: { readonly view: DataView; readonly calls: DataCalls }) {
  const { t } = useTranslation(['data', 'common']);
  const { client } = useServices();
  const [removing, setRemoving] = useState<BackupFile | null>(null);
  const busy = calls.running === 'backup' || view.backingUp;
  return (
    <>
      <SettingGroup title={t('backup.title')}>
        <Setting label={t('backup.now')} hint={t('backup.hint')} problem={calls.problem}>
          {() => (
            <Button
              variant="primary"
              disabled={busy || calls.running !== null}
              onClick={() => calls.run('backup', () => client.data.backUp.mutate())}
            >
              {busy ? t('backup.running') : t('backup.make')}
            </Button>
          )}
        </Setting>
        {view.backups.map((backup) => (
          <div key={backup.name} className="flex items-center justify-between gap-3 px-4 py-3">
            <div className="min-w-0">
              <p className="text-sm tabular-nums">
                {formatDateTime(backup.at)} · {formatBytes(backup.bytes)}
              </p>
              <p translate="no" title={backup.path} className="truncate font-mono text-xs text-ink-faint">
                {backup.path}
              </p>
            </div>
            <div className="flex shrink-0 gap-1">
              <a
                href={`/backups/${backup.name}`}
                download={backup.name}
                aria-label={t('backup.download', { name: backup.name })}
                className="grid size-9 place-items-center rounded-lg text-ink-soft transition-colors hover:bg-tint-strong/70 hover:text-ink"
              >
                <Download size={16} aria-hidden />
              </a>
              <Button
                variant="ghost"
                size="icon"
                aria-label={t('backup.remove', { name: backup.name })}
                disabled={calls.running !== null}
                onClick={() => setRemoving(backup)}
              >
                <Trash2 size={16} aria-hidden />
              </Button>
            </div>
          </div>
        ))}
      </SettingGroup>
      <Dialog open={removing !== null} onClose={() => setRemoving(null)} title={t('backup.removeTitle')}>
        <p className="mt-1.5 text-sm text-ink-soft">
          {removing !== null && t('backup.removeWhat', { when: formatDateTime(removing.at) })}
        </p>
        <DialogActions>
          <Button autoFocus onClick={() => setRemoving(null)}>
            {t('backup.keep')}
          </Button>
          <Button
            variant="danger"
            onClick={() => {
              const { name } = removing ?? {};
              setRemoving(null);
              if (name !== undefined) calls.run('remove', () => client.data.removeBackup.mutate({ name }));
            }}
          >
            {t('common:remove')}
          </Button>
        </DialogActions>
      </Dialog>
    </>
  );
}
