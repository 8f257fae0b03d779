import { ChevronRight } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { showBidiControls } from './bidi-controls.ts';
import { Lamp } from './job-status.tsx';

/** What a model thought before it answered: folded, so that the answer is what one reads. */
export function Thinking({ text, streaming }: { readonly text: string; readonly streaming: boolean }) {
  const { t } = useTranslation('messages');
  return (
    <details className="group/thinking text-[0.8125rem] text-ink-soft">
      <summary className="flex w-fit cursor-pointer list-none items-center gap-1.5 rounded select-none">
        {streaming ? <Lamp /> : null}
        {streaming ? t('answer.thinking') : t('answer.thoughts')}
        <ChevronRight
          size={14}
          aria-hidden
          className="transition-transform group-open/thinking:rotate-90 rtl:-scale-x-100"
        />
      </summary>
      <p dir="auto" translate="no" className="mt-2 border-l-2 pl-3 wrap-anywhere whitespace-pre-wrap">
        {showBidiControls(text)}
      </p>
    </details>
  );
}
