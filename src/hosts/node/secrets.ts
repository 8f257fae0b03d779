/** The headless host's key storage: the environment first, then a file of mode 0600 in the data folder. */
import { join } from 'node:path';
import { z } from 'zod';
import type { SecretStore } from '../../engine/ports.ts';
import { StartError } from '../common/exit-codes.ts';
import { readPrivateFile, writePrivateFile } from '../common/private-file.ts';

/** Which secret a variable holds. */
const variables = new Map([
  ['openai', 'OPENAI_API_KEY'],
  ['anthropic', 'ANTHROPIC_API_KEY'],
]);
const SecretFile = z.record(z.string(), z.string());

/**
 * Throws `StartError` when the file can be read by others or is damaged. A secret from the environment hides the stored
 * one of the same name, and cannot be changed or deleted here.
 */
export function openSecrets(folder: string, env: NodeJS.ProcessEnv): SecretStore {
  const path = join(folder, 'secrets.json');
  const stored = new Map(Object.entries(parse(path, readPrivateFile(path))));
  const fromEnvironment = (name: string) => {
    const value = env[variables.get(name) ?? '']?.trim();
    return value === '' ? undefined : value;
  };

  function keep(next: ReadonlyMap<string, string>): void {
    writePrivateFile(path, `${JSON.stringify(Object.fromEntries(next), undefined, 2)}\n`);
  }

  return {
    get: (name) => fromEnvironment(name) ?? stored.get(name),
    source(name) {
      if (fromEnvironment(name) !== undefined) return 'environment';
      return stored.has(name) ? 'stored' : undefined;
    },
    set(name, value) {
      keep(new Map(stored).set(name, value));
      stored.set(name, value);
    },
    delete(name) {
      if (!stored.has(name)) return;
      keep(new Map([...stored].filter(([other]) => other !== name)));
      stored.delete(name);
    },
  };
}

function parse(path: string, text: string | undefined): z.infer<typeof SecretFile> {
  if (text === undefined) return {};
  try {
    return SecretFile.parse(JSON.parse(text));
  } catch {
    // Without the cause: it would quote what it could not read, which is a key.
    throw new StartError(
      'private-file',
      `${path} is damaged: it should hold a JSON object of texts. Repair it, or delete it and enter the keys again.`,
    );
  }
}
