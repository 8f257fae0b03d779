/** Who may import whom: the arrows of docs/DESIGN.md ("Folders, and who may import whom") as a table. */
import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { importsOf } from './imports.ts';

/** A part of the tree. An import goes from one area to another, to a package, or to a Node builtin. */
interface Area {
  folder: string;
  /** Areas whose code it may use at run time. Its own is always among them. */
  uses: readonly string[];
  /** Areas of which it may name types, and nothing that is left at run time. */
  namesTypesOf: readonly string[];
  /** False for code that must run anywhere: in a page, in a worker, in a pure step. */
  nodeBuiltins: boolean;
}

const areas: readonly Area[] = [
  { folder: 'src/protocol', uses: [], namesTypesOf: [], nodeBuiltins: false },
  { folder: 'src/carrier', uses: [], namesTypesOf: [], nodeBuiltins: false },
  { folder: 'machines', uses: [], namesTypesOf: ['src/protocol'], nodeBuiltins: false },
  { folder: 'db', uses: ['machines', 'src/protocol'], namesTypesOf: [], nodeBuiltins: true },
  { folder: 'src/engine', uses: ['machines', 'db', 'src/protocol'], namesTypesOf: [], nodeBuiltins: true },
  { folder: 'src/api', uses: ['src/engine', 'src/protocol', 'src/carrier'], namesTypesOf: [], nodeBuiltins: true },
  { folder: 'src/worker', uses: ['src/protocol'], namesTypesOf: [], nodeBuiltins: true },
  { folder: 'src/hosts/common', uses: belowHosts(), namesTypesOf: [], nodeBuiltins: true },
  { folder: 'src/hosts/node', uses: [...belowHosts(), 'src/hosts/common'], namesTypesOf: [], nodeBuiltins: true },
  { folder: 'src/hosts/electron', uses: [...belowHosts(), 'src/hosts/common'], namesTypesOf: [], nodeBuiltins: true },
  { folder: 'src/renderer', uses: ['src/carrier'], namesTypesOf: ['src/api', 'src/protocol'], nodeBuiltins: false },
];

function belowHosts(): readonly string[] {
  return ['machines', 'db', 'src/protocol', 'src/carrier', 'src/engine', 'src/api', 'src/worker'];
}

/** Packages that belong to one area, types included: what they stand for must not spread. */
const reservedPackages: ReadonlyMap<string, string> = new Map([
  ['electron', 'src/hosts/electron'],
  ['better-sqlite3', 'db'],
  ['drizzle-orm', 'db'],
  ['openai', 'src/worker'],
  ['@anthropic-ai/sdk', 'src/worker'],
  ['react', 'src/renderer'],
  ['react-dom', 'src/renderer'],
]);

/** A host tells its version, which is written there and nowhere else. */
const manifest = 'package.json';

/** The folders whose files these rules are about. Tests and scripts may look at anything. */
export const productFolders: readonly string[] = ['machines', 'db', 'src'];

/**
 * What is wrong with the imports of one file, one sentence each, naming the file, the line and the import.
 * @param file path from the root of the checkout, with forward slashes
 */
export function offences(file: string, source: string): string[] {
  const from = areaOf(file);
  if (from === undefined) return [`${file} is in no area of test/architecture/directions.ts: give its folder rules`];
  return importsOf(file, source).flatMap(({ specifier, typeOnly, line }) => {
    const reason = refusal(from, file, specifier, typeOnly);
    return reason === undefined ? [] : [`${file}:${line} imports ${specifier ?? 'a computed path'}: ${reason}`];
  });
}

function refusal(from: Area, file: string, specifier: string | undefined, typeOnly: boolean): string | undefined {
  if (specifier === undefined) return 'nobody can check where a computed import leads';
  if (specifier.startsWith('.')) return refusalOfFile(from, posix.join(posix.dirname(file), specifier), typeOnly);
  if (specifier.startsWith('/') || specifier.startsWith('#')) return 'write a relative path or the name of a package';
  if (isBuiltin(specifier)) return from.nodeBuiltins ? undefined : `${from.folder} runs without Node's modules`;
  const owner = reservedPackages.get(packageOf(specifier));
  return owner === undefined || owner === from.folder ? undefined : `this package appears only under ${owner}`;
}

function refusalOfFile(from: Area, target: string, typeOnly: boolean): string | undefined {
  if (target === manifest && from.folder.startsWith('src/hosts/')) return undefined;
  const to = areaOf(target);
  if (to === undefined) return `${from.folder} must not reach outside of ${productFolders.join(', ')}`;
  if (to === from || from.uses.includes(to.folder)) return undefined;
  if (!from.namesTypesOf.includes(to.folder)) return `${from.folder} must not import ${to.folder}`;
  return typeOnly ? undefined : `${from.folder} may import only types of ${to.folder} (write \`import type\`)`;
}

function areaOf(file: string): Area | undefined {
  return areas.find(({ folder }) => file.startsWith(`${folder}/`));
}

/** `drizzle-orm/better-sqlite3` → `drizzle-orm`; `@anthropic-ai/sdk/core` → `@anthropic-ai/sdk`. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
