import { expect, it } from 'vitest';
import { whichHost } from '../../scripts/setup/which-host.mjs';

const here = { flags: [], command: 'start', hasElectron: true, platform: 'linux', env: { DISPLAY: ':0' } } as const;

it.each([
  { change: {}, host: 'desktop', why: /Electron and a display/ },
  { change: { env: { WAYLAND_DISPLAY: 'wayland-0' } }, host: 'desktop', why: /display/ },
  { change: { platform: 'darwin', env: {} }, host: 'desktop', why: /display/ },
  { change: { command: undefined }, host: 'desktop', why: /display/ },
  { change: { command: 'serve' }, host: 'headless', why: /npm run serve/ },
  { change: { flags: ['--port', '0'] }, host: 'headless', why: /flags/ },
  { change: { flags: ['--help'] }, host: 'headless', why: /flags/ },
  { change: { hasElectron: false }, host: 'headless', why: /no Electron binary/ },
  { change: { env: {} }, host: 'headless', why: /no display/ },
  { change: { env: { DISPLAY: '' } }, host: 'headless', why: /no display/ },
  { change: { platform: 'darwin', env: { SSH_CONNECTION: 'a b' } }, host: 'headless', why: /remote session/ },
] as const)('with $change it is the $host one', ({ change, host, why }) => {
  const chosen = whichHost({ ...here, ...change });
  expect(chosen.host).toBe(host);
  expect(chosen.why).toMatch(why);
});
