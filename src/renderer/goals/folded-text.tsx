/** A long text of a model, folded until somebody wants all of it. */
import { useId, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/ui/button.tsx';
import { cn } from '../components/ui/cn.ts';
import { ModelText } from './model-text.tsx';

interface FoldedTextProps {
  readonly text: string;
  /** In CSS pixels; absent: some twelve lines. */
  readonly foldedPx?: number;
}

export function FoldedText({ text, foldedPx = 320 }: FoldedTextProps) {
  const { t } = useTranslation('goals');
  const id = useId();
  const inner = useRef<HTMLDivElement>(null);
  const [isLong, setIsLong] = useState(false);
  const [open, setOpen] = useState(false);
  useLayoutEffect(() => {
    const element = inner.current;
    if (element === null) return undefined;
    const sizes = new ResizeObserver(() => setIsLong(element.offsetHeight > foldedPx * 1.15));
    sizes.observe(element);
    return () => sizes.disconnect();
  }, [foldedPx]);
  const folded = isLong && !open;
  return (
    <div>
      <div
        id={id}
        style={folded ? { maxHeight: foldedPx } : undefined}
        className={cn('overflow-hidden', folded && 'mask-b-from-75%')}
        // What is folded away cannot be reached by the keyboard, unseen.
        inert={folded}
      >
        <div ref={inner}>
          <ModelText text={text} />
        </div>
      </div>
      {isLong && (
        <Button
          variant="ghost"
          size="small"
          className="mt-1 -ml-2.5"
          aria-expanded={open}
          aria-controls={id}
          onClick={() => setOpen(!open)}
        >
          {t(open ? 'action.showLess' : 'action.showAll')}
        </Button>
      )}
    </div>
  );
}
