import { createContext, useContext } from 'react';

/** Where menus and popovers are put: the page's body (null), or the open dialog, as a modal dialog blocks all else. */
const PortalTarget = createContext<HTMLElement | null>(null);

export const PortalTargetProvider = PortalTarget.Provider;

export function usePortalTarget(): HTMLElement | null {
  return useContext(PortalTarget);
}
