/**
 * What is in the package of the desktop: packaged by Forge as for a release, but around a hand-made Electron. It shows what
 * is packaged and how it is configured, not that it runs.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { extractFile, listPackage, statFile } from '@electron/asar';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { parseSync } from 'vite';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { inProject } from '../../scripts/setup/project.mjs';

const platform = process.platform === 'linux' ? 'linux' : 'win32';
const limitMb = 30;

/** Packaged by the set-up, with `test/support/electron/package-desktop.ts`. */
const app = inProject('out', 'desktop-check', `Nightshift-${platform}-${process.arch}`);
const archive = join(app, 'resources', 'app.asar');
const files = listPackage(archive, { isPack: false }).map((file) => file.replaceAll('\\', '/'));

describe('the package', () => {
  it('has every entry', () => {
    for (const name of ['main.mjs', 'side-thread.mjs', 'backup.mjs', 'worker.mjs', 'preload.cjs']) {
      expect(files).toContain(`/.vite/build/${name}`);
    }
    expect(files).toContain('/.vite/renderer/main_window/index.html');
    const { main, version } = JSON.parse(extractFile(archive, 'package.json').toString('utf8')) as typeof manifest;
    expect({ main, version }).toEqual({ main: '.vite/build/main.mjs', version: manifest.version });
  });

  it('has the native part of the database outside of the archive, for this system only', () => {
    const natives = files.filter((file) => file.endsWith('.node'));
    expect(natives).toEqual([`/node_modules/better-sqlite3/prebuilds/${platform}-${process.arch}.node`]);
    const [native = ''] = natives;
    expect(statFile(archive, native.slice(1))).toMatchObject({ unpacked: true });
    expect(statSync(join(`${archive}.unpacked`, native)).size).toBeGreaterThan(500_000);
  });

  it('has the migrations and the icons beside the archive', () => {
    const list = (folder: string) => new Set(readdirSync(folder, { recursive: true }).map(String));
    expect(list(join(app, 'resources', 'migrations'))).toEqual(list(inProject('db/migrations')));
    expect(readdirSync(join(app, 'resources', 'icons'))).toContain('tray.png');
  });

  it('has no source, no source maps, and nothing of node_modules but what cannot be bundled', () => {
    expect(files.filter((file) => /\.map$|\.tsx?$|^\/(src|test|db|machines|docs)\//u.test(file))).toEqual([]);
    const modules = files.flatMap((file) => /^\/node_modules\/((?:@[^/]+\/)?[^/]+)/u.exec(file)?.[1] ?? []);
    expect([...new Set(modules)]).toEqual(['better-sqlite3']);
    for (const file of files.filter((name) => /^\/\.vite\/build\/.*\.m?js$/u.test(name))) {
      const text = extractFile(archive, file.slice(1)).toString('utf8');
      expect(text, file).not.toContain('sourceMappingURL=data:');
    }
  });

  it('asks for no package at run time that is not in it', () => {
    const known = new Set([...builtinModules, 'electron', 'better-sqlite3', 'bufferutil', 'utf-8-validate']);
    const asked = files
      .filter((file) => /^\/\.vite\/build\/.*\.mjs$/u.test(file))
      .flatMap((file) => importsOf(extractFile(archive, file.slice(1)).toString('utf8')))
      .filter((name) => !/^\.|^node:/u.test(name));
    expect(asked.length).toBeGreaterThan(3);
    expect([...new Set(asked)].filter((name) => !known.has(name))).toEqual([]);
  });

  it('has its fuses set', async () => {
    const binary = join(app, platform === 'linux' ? 'nightshift' : 'nightshift.exe');
    const wire = await getCurrentFuseWire(binary);
    const on = (option: FuseV1Options): boolean => String.fromCharCode(Number(wire[option])) === '1';
    expect(on(FuseV1Options.RunAsNode)).toBe(false);
    expect(on(FuseV1Options.EnableCookieEncryption)).toBe(true);
    expect(on(FuseV1Options.EnableNodeOptionsEnvironmentVariable)).toBe(false);
    expect(on(FuseV1Options.EnableNodeCliInspectArguments)).toBe(false);
    expect(on(FuseV1Options.EnableEmbeddedAsarIntegrityValidation)).toBe(true);
    expect(on(FuseV1Options.OnlyLoadAppFromAsar)).toBe(true);
    expect(on(FuseV1Options.GrantFileProtocolExtraPrivileges)).toBe(false);
  });

  it(`is smaller than ${limitMb} MB without Electron itself`, () => {
    expect(sizeOf(join(app, 'resources')) / 1e6).toBeLessThan(limitMb);
  });

  it('has a page that loads its parts by relative addresses only', () => {
    const page = extractFile(archive, '.vite/renderer/main_window/index.html').toString('utf8');
    const addresses = [...page.matchAll(/(?:src|href)="([^"]+)"/gu)].map(([, address]) => address);
    expect(addresses.length).toBeGreaterThan(2);
    expect(addresses.filter((address) => address?.startsWith('./') !== true)).toEqual([]);
  });
});

/** What a module imports, static and dynamic ones whose name is written out. */
function importsOf(text: string): string[] {
  const { module } = parseSync('module.mjs', text);
  const dynamic = module.dynamicImports.map(({ moduleRequest: { start, end } }) => text.slice(start, end));
  return [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...dynamic.flatMap((name) => /^["'`](.*)["'`]$/u.exec(name)?.[1] ?? []),
  ];
}

function sizeOf(path: string): number {
  if (!statSync(path).isDirectory()) return readFileSync(path).length;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}
