import { Monitor, Moon, Sun, type LucideIcon } from 'lucide-react';
import type { Theme } from './theme.ts';

/** The sign of each theme; its name is `settings:theme.<name>`. */
export const themeIcons: Readonly<Record<Theme, LucideIcon>> = { system: Monitor, light: Sun, dark: Moon };
