import { Monitor, Moon, Sun } from 'lucide-react';
import { Button } from '../components/ui/button.tsx';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuTrigger,
} from '../components/ui/dropdown-menu.tsx';
import { setTheme, themes, useTheme, type Theme } from './theme.ts';

const looks: Record<Theme, { readonly label: string; readonly Icon: typeof Sun }> = {
  system: { label: 'Like the system', Icon: Monitor },
  light: { label: 'Light', Icon: Sun },
  dark: { label: 'Dark', Icon: Moon },
};

export function ThemeMenu() {
  const theme = useTheme();
  const { Icon, label } = looks[theme];
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button variant="ghost" size="icon" aria-label={`Theme: ${label}`}>
          <Icon size={17} aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        <DropdownMenuRadioGroup
          value={theme}
          onValueChange={(value) => setTheme(themes.find((known) => known === value) ?? 'system')}
        >
          {themes.map((value) => {
            const look = looks[value];
            return (
              <DropdownMenuRadioItem key={value} value={value} className="relative">
                <look.Icon size={15} aria-hidden className="text-ink-faint" />
                {look.label}
              </DropdownMenuRadioItem>
            );
          })}
        </DropdownMenuRadioGroup>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
