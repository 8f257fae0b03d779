/** The command palette and the cheat sheet: what is open, and the keys that open them. Their content is loaded when needed. */
import { useSelector } from '@xstate/react';
import { lazy, Suspense, useEffect } from 'react';
import { useGlobalCommands } from './global-commands.ts';
import { listenForShortcuts } from './shortcuts.ts';
import { closeShown, shown } from './shown.ts';

const Palette = lazy(() => import('./palette.tsx').then((module) => ({ default: module.Palette })));
const CheatSheet = lazy(() => import('./cheat-sheet.tsx').then((module) => ({ default: module.CheatSheet })));

/** Stands once in the page. */
export function CommandCenter() {
  const what = useSelector(shown, (state) => state.what);
  useGlobalCommands();
  useEffect(() => listenForShortcuts(document), []);
  return (
    <Suspense>
      {what === 'palette' && <Palette onClose={closeShown} />}
      {what === 'cheat sheet' && <CheatSheet onClose={closeShown} />}
    </Suspense>
  );
}
