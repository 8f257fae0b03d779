/**
 * Chromium knows no `app:` unless it is told when it is built into Electron. The windows see `https://nightshift.invalid/`
 * instead, whose requests never leave the browser; the bundle sees its own addresses.
 */
export const inWindow = 'https://nightshift.invalid';
const inApp = 'app://nightshift';

export function toWindow(address: string): string {
  return address.startsWith(inApp) ? inWindow + address.slice(inApp.length) : address;
}

export function toApp(address: string): string {
  return address.startsWith(inWindow) ? inApp + address.slice(inWindow.length) : address;
}
