import { useTranslation } from 'react-i18next';
import { Choice } from '../../components/ui/choice.tsx';
import { themeIcons } from '../../theme/looks.ts';
import { useKeptChoice } from '../../theme/kept-choice.ts';
import { densities, density, textSize, type TextSize } from '../../theme/sizes.ts';
import { setTheme, themes, useTheme } from '../../theme/theme.ts';
import { Setting, SettingGroup } from '../setting.tsx';

/** Smallest first: how they are offered. */
const sizes = ['small', 'medium', 'large', 'larger'] as const satisfies readonly TextSize[];

/** Light or dark, text size, density. It holds for this browser, in all its windows. */
export function AppearanceSection() {
  const { t } = useTranslation('settings');
  const theme = useTheme();
  const size = useKeptChoice(textSize);
  const spacing = useKeptChoice(density);
  return (
    <>
      <SettingGroup>
        <Setting label={t('themeTitle')} hint={t('themeHint')}>
          {({ labelId, hintId }) => (
            <Choice
              labelledBy={labelId}
              describedBy={hintId}
              value={theme}
              onChange={setTheme}
              options={themes.map((value) => {
                const Icon = themeIcons[value];
                return {
                  value,
                  label: (
                    <>
                      <Icon size={14} aria-hidden />
                      {t(`theme.${value}`)}
                    </>
                  ),
                };
              })}
            />
          )}
        </Setting>
        <Setting label={t('textSizeTitle')} hint={t('textSizeHint')}>
          {({ labelId, hintId }) => (
            <Choice
              labelledBy={labelId}
              describedBy={hintId}
              value={size}
              onChange={(value) => textSize.choose(value)}
              options={sizes.map((value) => ({ value, label: t(`textSize.${value}`) }))}
            />
          )}
        </Setting>
        <Setting label={t('densityTitle')} hint={t('densityHint')}>
          {({ labelId, hintId }) => (
            <Choice
              labelledBy={labelId}
              describedBy={hintId}
              value={spacing}
              onChange={(value) => density.choose(value)}
              options={densities.map((value) => ({ value, label: t(`density.${value}`) }))}
            />
          )}
        </Setting>
      </SettingGroup>
      <p className="text-[0.8125rem] text-ink-faint">{t('motionHint')}</p>
    </>
  );
}
