import { Check, Copy } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { isValidElement, useEffect, useState, type ReactNode } from 'react';
import { Button } from '../components/ui/button.tsx';

interface CodeProps {
  readonly className?: string;
  readonly children?: ReactNode;
}

/** The `<pre>` of an answer: its language, a copy button, and the code as it is. */
export function CodeBlock({ children }: { readonly children?: ReactNode }) {
  const { t } = useTranslation('messages');
  const code = isValidElement<CodeProps>(children) ? children.props : {};
  const language = /language-(\S+)/.exec(code.className ?? '')?.[1];
  const text = typeof code.children === 'string' ? code.children.replace(/\n$/, '') : '';
  return (
    <figure className="group/code my-4 overflow-hidden rounded-xl border bg-rail">
      <figcaption className="flex h-9 items-center justify-between border-b pr-1 pl-3.5 text-xs text-ink-faint">
        <span className="font-mono" translate="no">
          {language ?? 'text'}
        </span>
        <CopyButton text={text} label={t('code.copy')} />
      </figcaption>
      {/* Wide code scrolls, so the keyboard must be able to get into it. */}
      <pre tabIndex={0} translate="no" className="overflow-x-auto px-4 py-3.5">
        {children}
      </pre>
    </figure>
  );
}

/** Says for two seconds that it worked, or that the browser would not. */
export function CopyButton({ text, label }: { readonly text: string; readonly label: string }) {
  const { t } = useTranslation('messages');
  const [outcome, setOutcome] = useState<'copied' | 'refused' | null>(null);
  useEffect(() => {
    if (outcome === null) return undefined;
    const timer = setTimeout(() => setOutcome(null), 2_000);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => setOutcome('copied'),
      () => setOutcome('refused'),
    );
  };
  return (
    <Button
      variant="ghost"
      size="small"
      className="text-xs"
      onClick={copy}
      aria-label={outcome === null ? label : undefined}
    >
      {outcome === 'copied' ? <Check size={13} aria-hidden /> : <Copy size={13} aria-hidden />}
      <span aria-live="polite">
        {outcome === 'copied' ? t('code.copied') : outcome === 'refused' ? t('code.refused') : t('code.copyShort')}
      </span>
    </Button>
  );
}
