import { useTranslation } from 'react-i18next';
import { Button } from '../components/ui/button.tsx';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuTrigger,
} from '../components/ui/dropdown-menu.tsx';
import { themeIcons } from './looks.ts';
import { setTheme, themes, useTheme } from './theme.ts';

export function ThemeMenu() {
  const { t } = useTranslation('settings');
  const theme = useTheme();
  const Icon = themeIcons[theme];
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button variant="ghost" size="icon" aria-label={t('themeIs', { theme: t(`theme.${theme}`) })}>
          <Icon size={17} aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        <DropdownMenuRadioGroup
          value={theme}
          onValueChange={(value) => setTheme(themes.find((known) => known === value) ?? 'system')}
        >
          {themes.map((value) => {
            const Look = themeIcons[value];
            return (
              <DropdownMenuRadioItem key={value} value={value} className="relative">
                <Look size={15} aria-hidden className="text-ink-faint" />
                {t(`theme.${value}`)}
              </DropdownMenuRadioItem>
            );
          })}
        </DropdownMenuRadioGroup>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
