/**
 * Links that a model wrote. They never lead this page away: a click shows where the link really goes and asks; then it
 * opens in a new tab (in Electron: in the system's browser) that knows nothing of this one.
 */
import { createContext, useCallback, useContext, useState, type MouseEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/ui/button.tsx';
import { Dialog, DialogActions } from '../components/ui/dialog.tsx';

const AskToOpen = createContext<(href: string) => void>(() => {});

/**
 * `http:`, `https:` and `mailto:` only; anything else a model may have written stays text. Written out as the browser
 * will take it: invisible characters are gone or escaped, and a name in look-alike letters shows its punycode.
 */
export function externalHref(href: string | undefined): string | null {
  if (href === undefined || !URL.canParse(href)) return null;
  const url = new URL(href);
  return ['http:', 'https:', 'mailto:'].includes(url.protocol) ? url.href : null;
}

/** Holds the question for all links below it. */
export function LinkConfirmation({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation('messages');
  const [href, setHref] = useState<string | null>(null);
  const close = useCallback(() => setHref(null), []);
  const open = () => {
    if (href !== null) window.open(href, '_blank', 'noopener,noreferrer');
    close();
  };
  return (
    <AskToOpen value={setHref}>
      {children}
      <Dialog open={href !== null} onClose={close} title={t('link.title')}>
        <p className="mt-1.5 text-sm text-ink-soft">{t('link.text')}</p>
        <p
          className="mt-3 max-h-40 overflow-auto rounded-lg bg-tint px-3 py-2 font-mono text-[0.8125rem] break-all"
          dir="ltr"
          translate="no"
        >
          {href}
        </p>
        <DialogActions>
          <Button onClick={close}>{t('link.stay')}</Button>
          <Button variant="primary" onClick={open} autoFocus>
            {t('link.open')}
          </Button>
        </DialogActions>
      </Dialog>
    </AskToOpen>
  );
}

export function ExternalLink({ href, children }: { readonly href?: string; readonly children?: ReactNode }) {
  const ask = useContext(AskToOpen);
  const target = externalHref(href);
  if (target === null) return <span className="underline decoration-dotted underline-offset-3">{children}</span>;
  const onClick = (event: MouseEvent) => {
    event.preventDefault();
    ask(target);
  };
  return (
    <a
      href={target}
      target="_blank"
      rel="noopener noreferrer nofollow"
      onClick={onClick}
      className="text-lamp-text underline decoration-from-font underline-offset-3 hover:decoration-2"
    >
      {children}
    </a>
  );
}

/** Where an answer has an image: its description, as a link. Nothing is fetched. */
export function ImageLink({ src, alt }: { readonly src?: unknown; readonly alt?: string }) {
  const { t } = useTranslation('messages');
  const label = alt === undefined || alt.trim() === '' ? t('markdown.image') : t('markdown.imageOf', { text: alt });
  return typeof src === 'string' ? <ExternalLink href={src}>[{label}]</ExternalLink> : <span>[{label}]</span>;
}
