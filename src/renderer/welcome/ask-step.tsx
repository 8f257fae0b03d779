import { ArrowDown } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/ui/button.tsx';
import { useServices } from '../services.tsx';

const questions = ['question1', 'question2', 'question3'] as const;

/** A first question: one of these goes into the box below, to be changed and sent. */
export function AskStep({ onBack }: { readonly onBack: () => void }) {
  const { t } = useTranslation(['welcome', 'common']);
  const composer = useServices().composers.get('new');
  const take = (text: string) => {
    composer.send({ type: 'EDIT', draft: text });
    document.querySelector<HTMLTextAreaElement>('main textarea')?.focus();
  };
  return (
    <>
      <p className="mt-1 text-sm text-pretty text-ink-soft">{t('askHint')}</p>
      <ul className="mt-4 divide-y overflow-hidden rounded-xl border">
        {questions.map((name) => (
          <li key={name}>
            <button
              type="button"
              onClick={() => take(t(name))}
              className="flex w-full items-center justify-between gap-3 px-4 py-2.5 text-left text-sm -outline-offset-2 transition-colors hover:bg-tint"
            >
              {t(name)}
              <ArrowDown size={15} aria-hidden className="shrink-0 text-ink-faint" />
            </button>
          </li>
        ))}
      </ul>
      <div className="mt-5 flex justify-end">
        <Button onClick={onBack}>{t('common:back')}</Button>
      </div>
    </>
  );
}
