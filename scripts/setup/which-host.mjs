// Which host `npm start` starts: the desktop where it can show itself, else the headless one.

/**
 * @typedef {object} Surroundings
 * @property {readonly string[]} flags what was given to the command
 * @property {string | undefined} command npm's name of it: `start` or `serve`
 * @property {boolean} hasElectron whether Electron's binary is installed
 * @property {NodeJS.Platform} platform
 * @property {NodeJS.ProcessEnv} env
 */

/**
 * Pure. `why` is one sentence for people.
 * @param {Surroundings} surroundings
 * @returns {{ host: 'desktop' | 'headless', why: string }}
 */
export function whichHost({ flags, command, hasElectron, platform, env }) {
  if (command === 'serve') return { host: 'headless', why: '`npm run serve` is always the headless host.' };
  if (flags.length > 0) return { host: 'headless', why: 'its flags are those of the headless host.' };
  if (!hasElectron) return { host: 'headless', why: 'no Electron binary is installed.' };
  if (platform === 'linux' && !env['DISPLAY'] && !env['WAYLAND_DISPLAY'])
    return { host: 'headless', why: 'there is no display.' };
  if (env['SSH_CONNECTION'] !== undefined && platform !== 'linux')
    return { host: 'headless', why: 'this is a remote session.' };
  return { host: 'desktop', why: 'Electron and a display are there; `npm run serve` starts the headless host.' };
}
