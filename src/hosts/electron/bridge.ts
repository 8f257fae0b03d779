/** What the preload gives the page as `window.nightshiftDesktop`. */
export interface DesktopBridge {
  readonly platform: string;
  /** Asks for a port; it arrives as a `message` of the window with `nightshift:port` as its data. An older one is closed. */
  connect(): void;
}
