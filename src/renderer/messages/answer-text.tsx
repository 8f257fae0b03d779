/** The text of an answer as markdown; as it was written while the parser is not here yet. */
import { lazy, Suspense, useState, type ComponentType } from 'react';
import { showBidiControls } from './bidi-controls.ts';
import { whenIdle } from './when-idle.ts';

interface AnswerTextProps {
  readonly text: string;
  /** More is to come. */
  readonly streaming: boolean;
}

/** Drawn without being waited for: a lazy component is always drawn twice at first, and so would be all answers on screen. */
let loaded: ComponentType<AnswerTextProps> | undefined;
let loading: Promise<{ default: ComponentType<AnswerTextProps> }> | undefined;

function load() {
  loading ??= import('./markdown.tsx').then((module) => {
    loaded = module.default;
    return module;
  });
  return loading;
}

const Lazy = lazy(load);

// The parser is half of the page's code: it is fetched with the first answer, or when the page has been drawn.
whenIdle(() => {
  load().catch((error: unknown) => console.warn('What formats answers could not be loaded.', error));
}, 1_000);

export function AnswerText({ text, streaming }: AnswerTextProps) {
  const [Markdown] = useState<ComponentType<AnswerTextProps>>(() => loaded ?? Lazy);
  return (
    <Suspense fallback={<p className="leading-relaxed wrap-anywhere whitespace-pre-wrap">{showBidiControls(text)}</p>}>
      <Markdown text={text} streaming={streaming} />
    </Suspense>
  );
}
