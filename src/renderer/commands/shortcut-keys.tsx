import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { isMac } from './platform.ts';
import { keyNames } from './shortcut.ts';

/** Keys that are called otherwise on other keyboards. */
const named = ['Ctrl', 'Shift', 'Enter', 'Escape', 'Tab'] as const;
const isNamed = (key: string): key is (typeof named)[number] => named.some((one) => one === key);

/** A shortcut as the keys that are pressed. */
export function ShortcutKeys({ shortcut }: { readonly shortcut: string }) {
  const { t } = useTranslation('commands');
  return (
    <span className="flex shrink-0 items-center gap-1 text-xs text-ink-faint">
      {keyNames(shortcut, isMac).map((keys, index) => (
        <Fragment key={index}>
          {index > 0 && <span>{t('followedBy')}</span>}
          {keys.map((key) => (
            <kbd
              key={key}
              translate={isNamed(key) ? undefined : 'no'}
              className="min-w-5 rounded border border-line-strong bg-paper px-1.5 py-px text-center font-sans text-[0.6875rem] text-ink-soft"
            >
              {isNamed(key) ? t(`key.${key}`) : key}
            </kbd>
          ))}
        </Fragment>
      ))}
    </span>
  );
}
