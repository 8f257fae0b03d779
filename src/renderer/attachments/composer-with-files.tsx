/** The composer, with files that are picked, dropped anywhere on the page, or pasted. */
import { Paperclip, X } from 'lucide-react';
import { useEffect, useMemo, useRef, useState, type ClipboardEvent, type ComponentProps } from 'react';
import { useTranslation } from 'react-i18next';
import { useSelector } from '@xstate/react';
import { useCommands } from '../commands/commands.ts';
import { Button } from '../components/ui/button.tsx';
import { Hint } from '../components/ui/hint.tsx';
import { Composer } from '../composer/composer.tsx';
import type { ComposerKey } from '../composer/composers.ts';
import { GoalBar } from '../goals/goal-bar.tsx';
import { formatPercent } from '../i18n/format.ts';
import { useServices } from '../services.tsx';
import type { DraftFile, DraftFiles } from './draft-files.ts';
import { FileChip } from './file-chip.tsx';

type ComposerWithFilesProps = Omit<ComponentProps<typeof Composer>, 'actor' | 'above' | 'leading'> & {
  readonly composerKey: ComposerKey;
};

export function ComposerWithFiles({ composerKey, ...props }: ComposerWithFilesProps) {
  const { t } = useTranslation('attachments');
  const services = useServices();
  const actor = services.composers.get(composerKey);
  const drafts = services.draftFiles(composerKey);
  const picker = useRef<HTMLInputElement>(null);
  const pick = () => picker.current?.click();
  useCommands(
    useMemo(
      () => [{ id: 'attachments.add', title: t('command'), group: t('group'), run: () => picker.current?.click() }],
      [t],
    ),
  );
  const dragging = useDrop((files) => void drafts.add(files));
  const onPaste = (event: ClipboardEvent) => {
    const files = [...event.clipboardData.files];
    // Some programs put a picture of the text beside it.
    if (files.length === 0 || event.clipboardData.types.includes('text/plain')) return;
    event.preventDefault();
    void drafts.add(files);
  };
  return (
    // Last to the eye: the notes of the page stand above it.
    <div onPaste={onPaste} className="order-last">
      {dragging && (
        <div className="pointer-events-none fixed inset-2 z-40 grid place-items-center rounded-2xl border-2 border-dashed border-lamp-text bg-paper/85 p-6">
          <p className="text-center text-lg font-semibold">{t('drop')}</p>
        </div>
      )}
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        aria-label={t('add')}
        onChange={({ target }) => {
          void drafts.add([...(target.files ?? [])]);
          // The same file can be chosen again.
          target.value = '';
        }}
      />
      <GoalBar actor={actor} />
      <Composer
        {...props}
        actor={actor}
        above={<Tray drafts={drafts} outgoing={actor} />}
        leading={
          <Hint text={t('addHint')}>
            <Button variant="ghost" size="icon" className="rounded-xl" aria-label={t('add')} onClick={pick}>
              <Paperclip size={17} aria-hidden />
            </Button>
          </Hint>
        }
      />
    </div>
  );
}

interface TrayProps {
  readonly drafts: DraftFiles;
  readonly outgoing: ComponentProps<typeof Composer>['actor'];
}

function Tray({ drafts, outgoing }: TrayProps) {
  const { t } = useTranslation('attachments');
  const { files, problems } = useSelector(drafts.state, (state) => state);
  const leaving = useSelector(outgoing, ({ context }) => context.outgoing?.attachments);
  const shown = files.filter(({ view }) => view === null || leaving?.includes(view.id) !== true);
  return (
    <>
      {problems.map((problem, index) => (
        // Added at the end only.
        <p key={index} role="alert" translate="no" className="mb-2 px-1 text-[0.8125rem] text-alarm">
          {problem}
        </p>
      ))}
      {shown.length > 0 && (
        <ul aria-label={t('list')} className="mb-2 flex flex-wrap gap-2">
          {shown.map((file) => (
            <li key={file.key} className="min-w-0">
              <FileChip name={file.name} bytes={file.bytes} view={file.view} note={noteOf(file, t)}>
                <Button
                  variant="ghost"
                  size="small-icon"
                  aria-label={t('remove', { name: file.name })}
                  onClick={() => drafts.remove(file.key)}
                >
                  <X size={14} aria-hidden />
                </Button>
              </FileChip>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function noteOf(
  { name, share, reading, view }: DraftFile,
  t: ReturnType<typeof useTranslation<'attachments'>>['t'],
): string | undefined {
  if (view !== null) return undefined;
  return reading ? t('reading', { name }) : t('uploading', { name, share: formatPercent(share) });
}

/** True while files are dragged over the page. What is dropped beside the box is taken too, and never opened in the page's place. */
function useDrop(onFiles: (files: File[]) => void): boolean {
  const [dragging, setDragging] = useState(false);
  const take = useRef(onFiles);
  useEffect(() => {
    take.current = onFiles;
  });
  useEffect(() => {
    const holdsFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true;
    // Not while a dialog is open: it covers the composer.
    const isFree = () => document.querySelector('dialog[open]') === null;
    const onOver = (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      if (isFree()) setDragging(true);
    };
    const onLeave = (event: DragEvent) => {
      // Into nothing: out of the window.
      if (event.relatedTarget === null) setDragging(false);
    };
    const onDrop = (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      setDragging(false);
      if (isFree()) take.current([...(event.dataTransfer?.files ?? [])]);
    };
    window.addEventListener('dragover', onOver);
    window.addEventListener('dragleave', onLeave);
    window.addEventListener('drop', onDrop);
    return () => {
      window.removeEventListener('dragover', onOver);
      window.removeEventListener('dragleave', onLeave);
      window.removeEventListener('drop', onDrop);
    };
  }, []);
  return dragging;
}
