/** Code with its language, and what can be done with it. */
import { TextAlignStart, WrapText } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/ui/button.tsx';
import { cn } from '../components/ui/cn.ts';
import { CopyButton } from './copy-button.tsx';
import { HighlightedCode } from './highlighted-code.tsx';

interface CodeFigureProps {
  readonly code: string;
  readonly language: string | undefined;
  readonly open?: boolean;
}

export function CodeFigure({ code, language, open = false }: CodeFigureProps) {
  const { t } = useTranslation('messages');
  const { t: markdown } = useTranslation('markdown');
  const [wrap, setWrap] = useState(false);
  const Icon = wrap ? TextAlignStart : WrapText;
  return (
    <figure className="group/code my-4 overflow-hidden rounded-xl border bg-rail">
      <figcaption className="flex h-9 items-center border-b pr-1 pl-3.5 text-xs text-ink-faint">
        <span className="mr-auto min-w-0 truncate font-mono" translate="no">
          {language ?? 'text'}
        </span>
        <Button
          variant="ghost"
          size="small-icon"
          aria-pressed={wrap}
          aria-label={markdown('wrap')}
          title={markdown(wrap ? 'unwrap' : 'wrap')}
          onClick={() => setWrap(!wrap)}
        >
          <Icon size={14} aria-hidden />
        </Button>
        <CopyButton text={code} label={t('code.copy')} />
      </figcaption>
      {/* Wide code scrolls, so the keyboard must be able to get into it. */}
      <pre
        tabIndex={0}
        translate="no"
        dir="ltr"
        className={cn('overflow-x-auto px-4 py-3.5', wrap && 'wrap-anywhere whitespace-pre-wrap')}
      >
        <HighlightedCode code={code} language={language} open={open} />
      </pre>
    </figure>
  );
}
