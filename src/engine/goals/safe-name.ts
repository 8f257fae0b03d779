/** Names of files, made of what a model or a person wrote: they are saved on any system, and lead out of no folder. */

const maxChars = 80;
/** What Windows, macOS or Linux refuse in a name, what means something in a path, and what turns text around on screen. */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}<>:"/\\|?*]+/gu;
/** Devices of Windows, with any extension. */
const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/iu;

/** One path segment that begins with no dot and ends with no dot or space; `fallback` where nothing is left. */
export function safeName(name: string, fallback: string): string {
  const last = name.split(/[/\\]/u).findLast((part) => part.trim() !== '') ?? '';
  const clean = last
    .normalize('NFC')
    .replaceAll(unsafe, '-')
    .replaceAll(/\s+/gu, ' ')
    .replace(/^[\s.-]+/u, '');
  const [stem, extension] = split(clean);
  const short = `${[...stem]
    .slice(0, maxChars - extension.length)
    .join('')
    .trimEnd()}${extension}`.replace(/[. -]+$/u, '');
  if (short === '') return fallback;
  return reserved.test(short) ? `_${short}` : short;
}

/** The name, or with a number before its extension when it is taken; capitals make no difference, as on most disks. */
export function uniqueName(name: string, taken: Set<string>): string {
  const [stem, extension] = split(name);
  let unique = name;
  for (let count = 2; taken.has(unique.toLowerCase()); count += 1) unique = `${stem}-${count}${extension}`;
  taken.add(unique.toLowerCase());
  return unique;
}

function split(name: string): [stem: string, extension: string] {
  const extension = /\.[A-Za-z0-9]{1,10}$/u.exec(name)?.[0] ?? '';
  return [name.slice(0, name.length - extension.length), extension];
}
