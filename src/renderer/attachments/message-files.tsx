/** The files of a question: pictures as thumbnails, all else as chips. Each opens large. */
import { Download } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AttachmentView } from '../../protocol/attachments.ts';
import { Dialog } from '../components/ui/dialog.tsx';
import { describeError } from '../connection/refusal.ts';
import { showBidiControls } from '../messages/bidi-controls.ts';
import { piecesOf } from '../messages/plain-text.tsx';
import { useServices } from '../services.tsx';
import { FileChip } from './file-chip.tsx';
import { attachmentUrl } from './limits.ts';

export function MessageFiles({ files }: { readonly files: readonly AttachmentView[] }) {
  const { t } = useTranslation('attachments');
  const [open, setOpen] = useState<AttachmentView | null>(null);
  if (files.length === 0) return null;
  return (
    <>
      <ul aria-label={t('files')} className="flex max-w-[88%] flex-wrap justify-end gap-2">
        {files.map((file) => (
          <li key={file.id} className="min-w-0">
            <button
              type="button"
              aria-label={t('open', { name: file.name })}
              onClick={() => setOpen(file)}
              className="block max-w-full rounded-xl transition-opacity hover:opacity-85"
            >
              {file.kind === 'image' ? (
                <img
                  src={attachmentUrl(file.id)}
                  alt={file.name}
                  loading="lazy"
                  decoding="async"
                  className="h-36 max-w-full rounded-xl border bg-tint object-cover"
                  {...(file.width === null || file.height === null
                    ? {}
                    : { width: Math.min(360, Math.round((file.width / file.height) * 144)), height: 144 })}
                />
              ) : (
                <FileChip name={file.name} bytes={file.bytes} view={file} />
              )}
            </button>
          </li>
        ))}
      </ul>
      <Dialog
        open={open !== null}
        onClose={() => setOpen(null)}
        title={open?.name ?? ''}
        className="max-h-[92dvh] w-[min(60rem,calc(100vw-1.5rem))]"
      >
        {open !== null && <OpenFile file={open} />}
      </Dialog>
    </>
  );
}

function OpenFile({ file }: { readonly file: AttachmentView }) {
  const { t } = useTranslation('attachments');
  return (
    <div className="mt-3">
      {file.kind === 'image' ? (
        <img
          src={attachmentUrl(file.id)}
          alt={file.name}
          className="mx-auto max-h-[70dvh] max-w-full rounded-lg bg-tint object-contain"
        />
      ) : (
        <FileText file={file} />
      )}
      <p className="mt-3 flex justify-end">
        <a
          href={attachmentUrl(file.id)}
          download={file.name}
          className="inline-flex items-center gap-1.5 rounded-lg px-2.5 py-1.5 text-[0.8125rem] font-medium text-ink-soft hover:bg-tint-strong/70 hover:text-ink"
        >
          <Download size={15} aria-hidden />
          {t('save')}
        </a>
      </p>
    </div>
  );
}

/** What the model is told of it. */
function FileText({ file }: { readonly file: AttachmentView }) {
  const { t } = useTranslation('attachments');
  const { client } = useServices();
  const [found, setFound] = useState<{ text: string } | { problem: string } | null>(null);
  useEffect(() => {
    let over = false;
    client.attachments.text.query({ id: file.id }).then(
      ({ text }) => {
        if (!over) setFound({ text });
      },
      (error: unknown) => {
        if (!over) setFound({ problem: describeError(error) });
      },
    );
    return () => {
      over = true;
    };
  }, [client, file.id]);
  if (found !== null && 'problem' in found) {
    return (
      <p role="alert" className="text-sm text-alarm">
        {t('viewFailed', { reason: found.problem })}
      </p>
    );
  }
  return (
    <pre
      tabIndex={0}
      aria-busy={found === null}
      aria-label={t('text')}
      translate="no"
      className="h-[60dvh] overflow-auto rounded-xl border bg-rail px-4 py-3.5 text-[0.8125rem] wrap-anywhere whitespace-pre-wrap"
    >
      {found !== null && found.text.trim() === '' && <span className="text-ink-faint">{t('noText')}</span>}
      {found !== null &&
        piecesOf(found.text).map((piece, index) => (
          // The pieces of one text never change places.
          <div key={index} dir="auto" className="[contain-intrinsic-size:auto_20rem] [content-visibility:auto]">
            {showBidiControls(piece)}
          </div>
        ))}
    </pre>
  );
}
