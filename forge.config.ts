/** How the desktop is packaged. Run by Electron Forge: `npm run desktop`, `npm run package`, `npm run make`. */
import { FuseV1Options, FuseVersion } from '@electron/fuses';
import { MakerDeb } from '@electron-forge/maker-deb';
import { MakerDMG } from '@electron-forge/maker-dmg';
import { MakerRpm } from '@electron-forge/maker-rpm';
import { MakerSquirrel } from '@electron-forge/maker-squirrel';
import { MakerZIP } from '@electron-forge/maker-zip';
import { FusesPlugin } from '@electron-forge/plugin-fuses';
import { VitePlugin } from '@electron-forge/plugin-vite';
import type { ForgeConfig } from '@electron-forge/shared-types';

const protocol = { name: 'Nightshift', schemes: ['nightshift'] };
const linux = {
  options: {
    name: 'nightshift',
    productName: 'Nightshift',
    bin: 'nightshift',
    icon: 'assets/icons/nightshift.png',
    categories: ['Office' as const],
    mimeType: ['x-scheme-handler/nightshift'],
  },
};

const config: ForgeConfig = {
  outDir: process.env['DESKTOP_OUT_DIR'] ?? 'out/desktop',
  packagerConfig: {
    name: 'Nightshift',
    executableName: 'nightshift',
    appBundleId: 'app.nightshift.desktop',
    icon: 'assets/icons/nightshift',
    protocols: [protocol],
    // The database's native part is loaded from a file of its own; a library inside an archive cannot be.
    asar: { unpack: '**/*.node' },
    extraResource: ['db/migrations', 'assets/icons'],
    ignore: (file) => !isPackaged(file),
    // `ignore` says it all; pruning would leave an empty folder for each dependency that is bundled.
    prune: false,
    // Where Electron cannot be downloaded: a folder with its zip (`npm run package:check` has a stand-in).
    ...(process.env['ELECTRON_ZIP_DIR'] === undefined ? {} : { electronZipDir: process.env['ELECTRON_ZIP_DIR'] }),
  },
  // better-sqlite3 brings one binary for Node and Electron alike: there is nothing to rebuild.
  rebuildConfig: { onlyModules: [] },
  makers: [
    new MakerSquirrel({ name: 'nightshift', setupIcon: 'assets/icons/nightshift.ico' }, ['win32']),
    new MakerDMG({ icon: 'assets/icons/nightshift.icns' }, ['darwin']),
    new MakerZIP({}, ['darwin', 'win32', 'linux']),
    new MakerDeb(linux, ['linux']),
    // The alpha, because no later 8 of this maker was published (November 2026), and 7 is for Forge 7. It names the alphas of
    // two packages that all others have at 8.0.1: `overrides` in package.json gives it those, so that there is one of each.
    new MakerRpm(linux, ['linux']),
  ],
  plugins: [
    new VitePlugin({
      build: [
        {
          entry: {
            main: 'src/hosts/electron/main.ts',
            'side-thread': 'db/side-thread/thread.ts',
            backup: 'src/hosts/common/backup-process.ts',
          },
          config: 'vite.main.config.mts',
          target: 'main',
        },
        { entry: { worker: 'src/worker/main.ts' }, config: 'vite.worker.config.mts', target: 'main' },
        { entry: 'src/hosts/electron/preload.ts', config: 'vite.preload.config.mts', target: 'preload' },
      ],
      renderer: [{ name: 'main_window', config: 'vite.renderer.config.mts' }],
      hotRestart: true,
    }),
    new FusesPlugin({
      version: FuseVersion.V1,
      strictlyRequireAllFuses: true,
      [FuseV1Options.RunAsNode]: false,
      [FuseV1Options.EnableCookieEncryption]: true,
      [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
      [FuseV1Options.EnableNodeCliInspectArguments]: false,
      [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
      [FuseV1Options.OnlyLoadAppFromAsar]: true,
      [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
      [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
      [FuseV1Options.WasmTrapHandlers]: true,
    }),
  ],
};

/**
 * What of the checkout is packaged: the bundles, which have all other dependencies inside, and of better-sqlite3 what it
 * needs to run. By default the Vite plugin would drop the latter, and the database with it.
 * @param file from the root, beginning with `/`; `''` is the root itself
 */
function isPackaged(file: string): boolean {
  if (['', '/package.json', '/LICENSE', '/node_modules', '/node_modules/better-sqlite3'].includes(file)) return true;
  if (file.endsWith('.map')) return false;
  if (file === '/.vite' || file.startsWith('/.vite/')) return true;
  const part = /^\/node_modules\/better-sqlite3\/(.*)$/.exec(file)?.[1];
  if (part === undefined) return false;
  return /^(package\.json|LICENSE|lib(\/.*)?|prebuilds)$/.test(part) || isPrebuild(part);
}

/** The one for the system that is packaged for: `npm run package -- --platform … --arch …`, else this one. */
function isPrebuild(part: string): boolean {
  const platform = argument('--platform') ?? process.platform;
  const arch = argument('--arch') ?? process.arch;
  return part === `prebuilds/${platform}-${arch}.node`;
}

function argument(name: string): string | undefined {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
}

export default config;
