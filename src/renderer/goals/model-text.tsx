/** What a model wrote, as Markdown; as it is while the renderer is fetched. */
import { lazy, Suspense } from 'react';
import { showBidiControls } from '../messages/bidi-controls.ts';

const Markdown = lazy(() => import('../messages/markdown.tsx'));

export function ModelText({ text, streaming = false }: { readonly text: string; readonly streaming?: boolean }) {
  return (
    <div translate="no">
      <Suspense
        fallback={<p className="leading-relaxed wrap-anywhere whitespace-pre-wrap">{showBidiControls(text)}</p>}
      >
        <Markdown text={text} streaming={streaming} />
      </Suspense>
    </div>
  );
}
