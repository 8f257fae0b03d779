/** The sections of the settings, in the order of their list. Each is loaded when it is first opened. */
import { Cpu, Database, Keyboard, Network, Palette, Plug, SlidersHorizontal, type LucideIcon } from 'lucide-react';
import { lazy, type ComponentType } from 'react';
import { settingsSections, type SettingsSection } from '../shell/route.ts';

export interface SectionEntry {
  readonly Icon: LucideIcon;
  /** Its content below the section's title; the title is `settings:sections.<name>`. */
  readonly Content: ComponentType;
}

/** A section that is not listed here is not offered, and its address leads to the first one. */
export const sections: { readonly [Name in SettingsSection]?: SectionEntry } = {
  general: {
    Icon: SlidersHorizontal,
    Content: lazySection(() => import('./sections/general.tsx').then(({ GeneralSection }) => GeneralSection)),
  },
  appearance: {
    Icon: Palette,
    Content: lazySection(() => import('./sections/appearance.tsx').then(({ AppearanceSection }) => AppearanceSection)),
  },
  providers: {
    Icon: Plug,
    Content: lazySection(() =>
      import('../providers/providers-section.tsx').then(({ ProvidersSection }) => ProvidersSection),
    ),
  },
  pool: {
    Icon: Cpu,
    Content: lazySection(() => import('./sections/pool.tsx').then(({ PoolSection }) => PoolSection)),
  },
  shortcuts: {
    Icon: Keyboard,
    Content: lazySection(() => import('./sections/shortcuts.tsx').then(({ ShortcutsSection }) => ShortcutsSection)),
  },
  data: {
    Icon: Database,
    Content: lazySection(() => import('./sections/data.tsx').then(({ DataSection }) => DataSection)),
  },
  network: {
    Icon: Network,
    Content: lazySection(() => import('./sections/network.tsx').then(({ NetworkSection }) => NetworkSection)),
  },
};

/** Those that are offered, in the order of their list. */
export const listedSections = settingsSections.filter((name) => sections[name] !== undefined);

function lazySection(load: () => Promise<ComponentType>): ComponentType {
  return lazy(async () => ({ default: await load() }));
}
