import { TextAlignStart, WrapText } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { isValidElement, useState, type ReactNode } from 'react';
import { useIsCodeFenceIncomplete } from 'streamdown';
import { Button } from '../components/ui/button.tsx';
import { cn } from '../components/ui/cn.ts';
import { Diagram } from '../diagrams/diagram.tsx';
import { CopyButton } from './copy-button.tsx';
import { HighlightedCode } from './highlighted-code.tsx';

interface CodeProps {
  readonly className?: string;
  readonly children?: ReactNode;
}

/** The `<pre>` of an answer: its language, what can be done with it, and the code; of a diagram that is whole, the diagram. */
export function CodeBlock({ children }: { readonly children?: ReactNode }) {
  const open = useIsCodeFenceIncomplete();
  const code = isValidElement<CodeProps>(children) ? children.props : {};
  const language = /language-(\S+)/.exec(code.className ?? '')?.[1];
  const text = typeof code.children === 'string' ? code.children.replace(/\n$/, '') : '';
  if (language === 'mermaid' && !open) return <Diagram source={text} />;
  return <CodeFigure code={text} language={language} open={open} />;
}

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
