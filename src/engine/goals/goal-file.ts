/** A goal's deliverable as a file to save: one Markdown document, or a zip of the document and its artefacts. */
import type { z } from 'zod';
import { strToU8, zipSync } from 'fflate';
import type { DownloadGoal } from '../../protocol/goal-inputs.ts';
import type { ArtefactView, GoalFile } from '../../protocol/goal-views.ts';
import { safeName, uniqueName } from './safe-name.ts';

export interface DeliveredGoal {
  readonly title: string;
  /** Epoch ms: the files' time. */
  readonly endedAt: number | null;
}

/** A zip's times begin in 1980, and those that fflate writes end with 2099. */
const zipYears = { first: Date.UTC(1980, 0, 2), last: Date.UTC(2099, 11, 30) };

/** `artefacts`: the document first. The same goal gives the same bytes. */
export function goalFile(
  format: z.infer<typeof DownloadGoal>['format'],
  goal: DeliveredGoal,
  artefacts: readonly ArtefactView[],
): z.infer<typeof GoalFile> {
  const name = safeName(goal.title.replaceAll(/[/\\]/gu, '-'), 'goal');
  switch (format) {
    case 'md':
      return {
        fileName: `${name}.md`,
        mediaType: 'text/markdown; charset=utf-8',
        base64: Buffer.from(oneDocument(artefacts), 'utf8').toString('base64'),
      };
    case 'zip':
      return {
        fileName: `${name}.zip`,
        mediaType: 'application/zip',
        base64: Buffer.from(zipped(goal, artefacts)).toString('base64'),
      };
    default:
      return format satisfies never;
  }
}

/** The document, and behind it the other artefacts, each under its name. */
function oneDocument([document, ...others]: readonly ArtefactView[]): string {
  const parts = others.map(({ name, text }) => `## ${name}\n\n${isMarkdown(name) ? text : inBlock(name, text)}`);
  return `${[document?.text ?? '', ...parts].join('\n\n---\n\n').trim()}\n`;
}

function isMarkdown(name: string): boolean {
  return /\.(?:md|markdown)$/iu.test(name);
}

/** In a fence that is longer than any in the text. */
function inBlock(name: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/gu)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  const language = /\.([A-Za-z0-9]+)$/u.exec(name)?.[1] ?? '';
  return `${fence}${language}\n${text}\n${fence}`;
}

function zipped({ endedAt }: DeliveredGoal, artefacts: readonly ArtefactView[]): Uint8Array {
  const taken = new Set<string>();
  const mtime = new Date(Math.min(Math.max(endedAt ?? 0, zipYears.first), zipYears.last));
  const files: Record<string, Uint8Array> = {};
  for (const [index, { name, text }] of artefacts.entries()) {
    const unique = uniqueName(safeName(name, `artefact-${index + 1}.md`), taken);
    files[unique] = strToU8(text.endsWith('\n') ? text : `${text}\n`);
  }
  return zipSync(files, { mtime, level: 6 });
}
