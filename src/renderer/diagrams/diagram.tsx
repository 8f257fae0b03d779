/** A diagram that a model wrote, drawn; with its source, which is all there is where it cannot be drawn. */
import { Code, Workflow } from 'lucide-react';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/ui/button.tsx';
import { CodeFigure } from '../messages/code-figure.tsx';
import { CopyButton } from '../messages/copy-button.tsx';
import { drawDiagram, type Drawing } from './drawer.ts';

export function Diagram({ source }: { readonly source: string }) {
  const { t } = useTranslation('markdown');
  const theme = useSyncExternalStore(watchTheme, themeNow, () => 'light' as const);
  const [drawn, setDrawn] = useState<{ readonly of: string; readonly drawing: Drawing } | null>(null);
  const [asSource, setAsSource] = useState(false);
  const of = `${theme}\n${source}`;
  useEffect(() => {
    let over = false;
    void drawDiagram(source, theme).then((drawing) => {
      if (!over) setDrawn({ of, drawing });
    });
    return () => {
      over = true;
    };
  }, [source, theme, of]);
  // While it is drawn in other colours, the last picture stays.
  const drawing = drawn?.of.endsWith(`\n${source}`) === true ? drawn.drawing : null;
  if (drawing !== null && 'reason' in drawing) {
    return (
      <div>
        <p className="mt-4 -mb-2 text-[0.8125rem] text-ink-soft">{t('notDrawn')}</p>
        <CodeFigure code={source} language="mermaid" />
      </div>
    );
  }
  return (
    <figure className="my-4 overflow-hidden rounded-xl border bg-rail">
      <figcaption className="flex h-9 items-center border-b pr-1 pl-3.5 text-xs text-ink-faint">
        <span className="mr-auto">{t('diagram')}</span>
        <Button
          variant="ghost"
          size="small"
          className="text-xs"
          aria-pressed={asSource}
          onClick={() => setAsSource(!asSource)}
        >
          {asSource ? <Workflow size={13} aria-hidden /> : <Code size={13} aria-hidden />}
          {t(asSource ? 'showDiagram' : 'showSource')}
        </Button>
        <CopyButton text={source} label={t('copySource')} />
      </figcaption>
      {asSource || drawing === null ? (
        <pre tabIndex={0} translate="no" dir="ltr" className="overflow-x-auto px-4 py-3.5" aria-busy={drawing === null}>
          <code>{source}</code>
        </pre>
      ) : (
        <div className="overflow-auto p-4" tabIndex={0} role="group" aria-label={t('diagram')}>
          <img
            src={drawing.url}
            alt={t('diagram')}
            width={Math.ceil(drawing.width)}
            height={Math.ceil(drawing.height)}
            className="mx-auto h-auto max-w-full"
          />
        </div>
      )}
    </figure>
  );
}

function themeNow(): 'light' | 'dark' {
  return document.documentElement.dataset['theme'] === 'dark' ? 'dark' : 'light';
}

function watchTheme(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  return () => observer.disconnect();
}
