// Builds what is stale: each part of out/ carries a stamp, the hash of everything that it was built from. Contents and
// not times, because a checkout or a clone gives every file a new time.
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { inspect } from 'node:util';
import { inProject, node24, root, SetupError } from './project.mjs';
import { runQuietly, tool } from './run.mjs';

/**
 * @typedef {object} Part
 * @property {string} name the folder under out/
 * @property {string} output the file whose presence says that the part is there, relative to its folder
 * @property {readonly string[]} inputs files and folders it is built from
 * @property {(folder: string) => Promise<void>} build writes the part into a new folder
 */

/** @type {readonly Part[]} */
const parts = [
  {
    name: 'host',
    output: 'main.mjs',
    inputs: [
      'machines',
      'db',
      'src/protocol',
      'src/carrier',
      'src/engine',
      'src/api',
      'src/hosts',
      ...viteInputs('host'),
    ],
    build: (folder) => vite('host', folder),
  },
  {
    name: 'worker',
    output: 'worker.mjs',
    inputs: ['src/protocol', 'src/worker', ...viteInputs('worker')],
    build: (folder) => vite('worker', folder),
  },
  {
    name: 'renderer',
    output: 'index.html',
    inputs: ['src/protocol', 'src/carrier', 'src/api', 'src/renderer', ...viteInputs('renderer')],
    build: (folder) => vite('renderer', folder),
  },
  {
    name: 'migrations',
    output: 'meta/_journal.json',
    inputs: ['db/migrations'],
    build: async (folder) => {
      cpSync(inProject('db', 'migrations'), folder, { recursive: true });
    },
  },
];

/**
 * The desktop, packaged around a stand-in for Electron: needed by its tests only.
 * @type {Part}
 */
const desktopCheck = {
  name: 'desktop-check',
  output: 'app/.vite/build/main.mjs',
  inputs: [
    ...['machines', 'db', 'src', 'assets', 'forge.config.ts', 'test/support/electron'],
    ...['main', 'preload', 'worker', 'renderer'].map((part) => `vite.${part}.config.mts`),
    ...['package.json', 'package-lock.json', 'tsconfig.json'],
  ],
  build: async (folder) => {
    const { code, output } = await runQuietly(node24, [
      inProject('test', 'support', 'electron', 'package-desktop.ts'),
      folder,
    ]);
    if (code !== 0) throw new SetupError(`Packaging the desktop failed:\n\n${output.trim()}`);
  },
};

/** @param {string} part @returns {string[]} what any Vite build depends on besides its sources */
function viteInputs(part) {
  return [`vite.${part}.config.mts`, 'package.json', 'package-lock.json', 'tsconfig.json'];
}

/** @param {string} part @param {string} folder */
async function vite(part, folder) {
  const args = ['build', '--config', `vite.${part}.config.mts`, '--outDir', folder, '--logLevel', 'warn'];
  const { code, output } = await runQuietly(...tool('vite/bin/vite.js', args));
  if (code !== 0) throw new SetupError(`Building the ${part} failed:\n\n${output.trim()}`);
}

/** @param {string} path @returns {string[]} the files at or below it, in a stable order */
function filesBelow(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesBelow(join(path, name)));
}

/** @param {Part} part @returns {string} */
function hashOfInputs(part) {
  const hash = createHash('sha256');
  for (const file of part.inputs.flatMap((input) => filesBelow(inProject(input)))) {
    hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

/** @param {Part} part */
const stampFile = (part) => inProject('out', '.stamps', part.name);

/** @param {Part} part */
function isStale(part) {
  const stamp = stampFile(part);
  if (!existsSync(stamp) || !existsSync(inProject('out', part.name, part.output))) return true;
  return readFileSync(stamp, 'utf8') !== hashOfInputs(part);
}

/** @param {{ desktop?: boolean }} [needs] @returns {readonly Part[]} */
export const staleParts = ({ desktop = false } = {}) => (desktop ? [...parts, desktopCheck] : parts).filter(isStale);

/**
 * Builds the given parts side by side. Each is built into a folder beside its own and then takes its place: a host that
 * runs meanwhile finds either the old part or the new one, never half of one.
 * @param {readonly Part[]} stale
 * @throws {SetupError} with the builder's output when one fails; the others are finished first
 */
export async function build(stale) {
  mkdirSync(inProject('out', '.stamps'), { recursive: true });
  const results = await Promise.allSettled(stale.map(buildPart));
  const failures = results.filter((result) => result.status === 'rejected').map(({ reason }) => textOf(reason));
  if (failures.length > 0) throw new SetupError(failures.join('\n\n'));
}

/** @param {unknown} reason */
const textOf = (reason) => (reason instanceof SetupError ? reason.message : inspect(reason));

/** @param {Part} part */
async function buildPart(part) {
  const stamp = hashOfInputs(part);
  const folder = inProject('out', part.name);
  const fresh = `${folder}.new`;
  const previous = `${folder}.old`;
  rmSync(fresh, { recursive: true, force: true });
  rmSync(previous, { recursive: true, force: true });
  await part.build(fresh);
  if (!existsSync(join(fresh, part.output))) throw new SetupError(`Building the ${part.name} wrote no ${part.output}.`);
  rmSync(stampFile(part), { force: true });
  if (existsSync(folder)) renameSync(folder, previous);
  renameSync(fresh, folder);
  mkdirSync(dirname(stampFile(part)), { recursive: true });
  writeFileSync(stampFile(part), stamp);
  rmSync(previous, { recursive: true, force: true });
}
