/** The formulas' plugin, for an answer that has some, once it is loaded. */
import { useEffect, useState } from 'react';
import type { PluginConfig } from 'streamdown';

let loaded: PluginConfig | null = null;

/** Resolves when formulas are set. Rejects when that part of the page cannot be loaded. */
export async function loadMath(): Promise<PluginConfig> {
  const { math } = await import('./math.ts');
  loaded ??= { math };
  return loaded;
}

/** Null: there are none, or they are not loaded yet; then they are shown as they were written. */
export function useMath(wanted: boolean): PluginConfig | null {
  const [plugins, setPlugins] = useState(loaded);
  useEffect(() => {
    if (!wanted || plugins !== null) return undefined;
    let over = false;
    loadMath().then(
      (found) => {
        if (!over) setPlugins(found);
      },
      (error: unknown) => console.warn('Formulas stay as they were written.', error),
    );
    return () => {
      over = true;
    };
  }, [wanted, plugins]);
  return wanted ? plugins : null;
}
