import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { isMac } from './platform.ts';
import { keyNames } from './shortcut.ts';

/** A shortcut as the keys that are pressed. */
export function ShortcutKeys({ shortcut }: { readonly shortcut: string }) {
  const { t } = useTranslation('commands');
  return (
    <span className="flex shrink-0 items-center gap-1 text-xs text-ink-faint">
      {keyNames(shortcut, isMac).map((keys, index) => (
        <Fragment key={index}>
          {index > 0 && <span>{t('then')}</span>}
          {keys.map((key) => (
            <kbd
              key={key}
              translate="no"
              className="min-w-5 rounded border border-line-strong bg-paper px-1.5 py-px text-center font-sans text-[0.6875rem] text-ink-soft"
            >
              {key}
            </kbd>
          ))}
        </Fragment>
      ))}
    </span>
  );
}
