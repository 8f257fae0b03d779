/**
 * How the page reaches a person who does not look at it: the browser's Notification API here; in the desktop the
 * main process tells it, whether a window is open or not (src/hosts/electron/notifier.ts).
 */

/** `default`: nobody was asked yet. `unsupported`: there is no way. `host`: not the page's business. */
export type NotifierPermission = 'granted' | 'denied' | 'default' | 'unsupported' | 'host';

export interface DesktopNote {
  /** A further note with the same tag takes the place of the first, also one from another window. */
  readonly tag: string;
  readonly title: string;
  readonly body: string;
  readonly onClick: () => void;
}

export interface Notifier {
  permission(): NotifierPermission;
  /** Asks the user; only ever called because the user pressed a button. */
  ask(): Promise<NotifierPermission>;
  show(note: DesktopNote): void;
}

/** The browser's. Pages without a secure origin, and some phones, have none. */
export function browserNotifier(window: Window & { readonly Notification?: typeof Notification }): Notifier {
  const { Notification: Native } = window;
  return {
    permission: () => Native?.permission ?? 'unsupported',
    ask: async () => (Native === undefined ? 'unsupported' : Native.requestPermission()),
    show({ tag, title, body, onClick }) {
      if (Native === undefined) return;
      try {
        const note = new Native(title, { tag, body });
        note.addEventListener('click', () => {
          window.focus();
          note.close();
          onClick();
        });
      } catch (error) {
        // Chrome on Android has the constructor and throws: only a service worker may show them there.
        console.warn('A desktop notification could not be shown.', error);
      }
    },
  };
}

/** Shows none: the program around the page does, and two for one answer would be one too many. */
export const hostNotifier: Notifier = {
  permission: () => 'host',
  ask: () => Promise.resolve('host'),
  show: () => undefined,
};
