/**
 * What passes between the process that runs the desktop's bundle and the test that has started it. The test plays the
 * user and the system: it answers questions, clicks notifications and the tray, puts the machine to sleep.
 */

/** From the desktop to the test. */
export type Report =
  /** Where the windows can be driven: Chromium's DevTools address. The stand-in only. */
  | { type: 'browser'; endpoint: string }
  | { type: 'dialog'; id: number; message: string; detail: string; buttons: string[] }
  | { type: 'error-box'; title: string; content: string }
  | { type: 'save-dialog'; title: string; defaultPath: string }
  | { type: 'download'; file: string; state: 'refused' | 'completed' | 'cancelled' | 'interrupted' }
  | { type: 'notification'; id: number; title: string; body: string }
  | { type: 'tray'; toolTip: string; items: string[] }
  /** The application's menu, from top to bottom: what has words. The stand-in only. */
  | { type: 'menu'; items: string[] }
  | { type: 'badge'; count: number }
  | { type: 'progress'; value: number }
  | { type: 'opened'; what: string }
  | { type: 'quit'; code: number };

/** From the test to the desktop. */
export type Command =
  | { type: 'answer'; id: number; response: number }
  /** The next save dialog is answered with this path; null: it is cancelled. */
  | { type: 'save-as'; path: string | null }
  | { type: 'click-notification'; id: number }
  /** An item of the tray's menu, or of the application's menu, by its words. */
  | { type: 'click-menu'; label: string }
  | { type: 'power'; event: 'suspend' | 'resume' }
  | { type: 'open-url'; url: string }
  | { type: 'close-window'; index: number }
  | { type: 'quit' };

/** How the stand-in is told where it is, in the process's environment. */
export const settings = {
  /** Set where a test has started the process to drive it (stand-in-desktop.ts); elsewhere process messages are somebody else's. */
  driven: 'STAND_IN_DRIVEN',
  userData: 'STAND_IN_USER_DATA',
  /** Where a package has what is not code. */
  resources: 'STAND_IN_RESOURCES',
  /** `basic_text` where the test wants a system without a keyring. */
  keyring: 'STAND_IN_KEYRING',
  /** What `app.getLocale()` says, for example `de-AT`. */
  locale: 'STAND_IN_LOCALE',
} as const;
