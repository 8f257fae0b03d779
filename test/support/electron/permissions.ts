/** Permissions: Chromium is told, before a window has its page, what the bundle's own handlers say to each. */
import type { CDPSession } from 'playwright-core';
import { inWindow, toApp } from './addresses.ts';
import { permissions } from './session.ts';

/** Electron's names, as its handlers get them, and Chromium's for the same. */
const names = {
  'clipboard-read': ['clipboard-read'],
  'clipboard-sanitized-write': ['clipboard-write'],
  'display-capture': ['display-capture'],
  geolocation: ['geolocation'],
  'idle-detection': ['idle-detection'],
  'local-fonts': ['local-fonts'],
  media: ['camera', 'microphone'],
  midi: ['midi'],
  notifications: ['notifications'],
  'persistent-storage': ['persistent-storage'],
  'screen-wake-lock': ['screen-wake-lock'],
  'storage-access': ['storage-access'],
  'window-management': ['window-management'],
} as const;

/** They hold while the session does. */
export async function applyPermissions(cdp: CDPSession): Promise<void> {
  for (const [permission, descriptors] of Object.entries(names)) {
    const setting = isGranted(permission) ? 'granted' : 'denied';
    for (const name of descriptors) {
      await cdp.send('Browser.setPermission', { permission: { name }, setting, origin: inWindow });
    }
  }
}

/** Electron grants what no handler denies. One that checks otherwise than it decides would be a mistake. */
function isGranted(permission: string): boolean {
  const origin = toApp(inWindow);
  const asked = { requestingUrl: `${origin}/index.html` };
  let decided = true;
  permissions.request?.(null, permission, (granted) => (decided = granted), asked);
  const checked = permissions.check?.(null, permission, origin, asked) ?? true;
  if (checked !== decided) throw new Error(`the handlers do not agree about ${permission}`);
  return decided;
}
