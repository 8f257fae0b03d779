/** Code in colours, once it is whole; until then, and where it is too much, as it is. With the numbers of its lines. */
import { useEffect, useState } from 'react';
import type { HighlightedLines } from './highlight.ts';
import { whenIdle } from './when-idle.ts';

/** What is coloured at once holds the page for about 100 ms at most. */
const maxChars = 30_000;
const maxLineChars = 2_000;
/** More lines are shown without their numbers: each is an element. */
const maxLines = 3_000;
/** Scrolling and typing go first, but not for ever. */
const plainAtMostMs = 500;

interface HighlightedCodeProps {
  readonly code: string;
  readonly language: string | undefined;
  /** More of it is to come. */
  readonly open: boolean;
}

export function HighlightedCode({ code, language, open }: HighlightedCodeProps) {
  const lines = useColours(code, open ? undefined : language);
  const plain = code.split('\n');
  if (plain.length > maxLines) return <code>{code}</code>;
  return (
    <code className={plain.length > 1 ? 'numbered' : undefined}>
      {plain.map((line, index) => (
        // Lines are only ever added at the end.
        <span key={index} className="line">
          {lines?.[index]?.map((token, place) => (
            <span key={place} style={token.htmlStyle}>
              {token.content}
            </span>
          )) ?? line}
          {'\n'}
        </span>
      ))}
    </code>
  );
}

function useColours(code: string, language: string | undefined): HighlightedLines | null {
  const [found, setFound] = useState<{ readonly code: string; readonly lines: HighlightedLines } | null>(null);
  useEffect(() => {
    if (language === undefined || !isModest(code)) return undefined;
    let over = false;
    const paint = async () => {
      const { highlight } = await import('./highlight.ts');
      const lines = await highlight(code, language);
      if (!over && lines !== null) setFound({ code, lines });
    };
    const forget = whenIdle(() => void paint().catch(leavePlain), plainAtMostMs);
    return () => {
      over = true;
      forget();
    };
  }, [code, language]);
  return found?.code === code ? found.lines : null;
}

function isModest(code: string): boolean {
  return code.length <= maxChars && code.split('\n').every((line) => line.length <= maxLineChars);
}

function leavePlain(error: unknown): void {
  console.warn('Code could not be coloured.', error);
}
