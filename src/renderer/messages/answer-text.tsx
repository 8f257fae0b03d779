/** The text of an answer as markdown; as it was written while the parser is not here yet. */
import { lazy, Suspense, useState, type ComponentType } from 'react';
import { showBidiControls } from './bidi-controls.ts';

interface AnswerTextProps {
  readonly text: string;
  /** More is to come. */
  readonly streaming: boolean;
}

// The parser is half of the page's code. It is fetched at once, but the page need not wait for it to be there.
const loading = import('./markdown.tsx');
const Lazy = lazy(() => loading);

/** Drawn without being waited for: a lazy component is always drawn twice at first, a conversation of many answers too. */
let loaded: ComponentType<AnswerTextProps> | undefined;
loading.then(
  ({ default: Markdown }) => {
    loaded = Markdown;
  },
  (error: unknown) => console.warn('Answers stay as they were written: their formatter could not be loaded.', error),
);

export function AnswerText({ text, streaming }: AnswerTextProps) {
  const [Markdown] = useState<ComponentType<AnswerTextProps>>(() => loaded ?? Lazy);
  return (
    <Suspense fallback={<p className="leading-relaxed wrap-anywhere whitespace-pre-wrap">{showBidiControls(text)}</p>}>
      <Markdown text={text} streaming={streaming} />
    </Suspense>
  );
}
