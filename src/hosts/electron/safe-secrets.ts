/**
 * The desktop's key storage: a file of texts that the system's own store has encrypted (Keychain, DPAPI, libsecret, KWallet).
 * Where Linux has none, Chromium uses a password that everybody knows ("basic_text"): that protects nothing, so the user is
 * asked before the first key is kept like that, and the log says it then and at each start.
 */
import { safeStorage } from 'electron';
import { z } from 'zod';
import type { Log, SecretStore } from '../../engine/ports.ts';
import { StartError } from '../common/exit-codes.ts';
import { readPrivateFile, writePrivateFile } from '../common/private-file.ts';

/** Name to encrypted text, in base64. */
const SecretFile = z.object({ version: z.literal(1), secrets: z.record(z.string(), z.base64()) });

export interface SafeSecretsOptions {
  file: string;
  /** Asked once, before a key is kept where nothing protects it. */
  mayKeepUnprotected: () => Promise<boolean>;
  log: Log;
}

/** Whether the system has a store of its own that protects what is encrypted. Only after `app`'s `ready`. */
async function isProtected(): Promise<boolean> {
  if (!(await safeStorage.isAsyncEncryptionAvailable())) return false;
  return process.platform !== 'linux' || !['basic_text', 'unknown'].includes(safeStorage.getSelectedStorageBackend());
}

/** Reads and decrypts all. Throws `StartError` for a damaged file, or one that this user's system store did not encrypt. */
export async function openSafeSecrets({ file, mayKeepUnprotected, log }: SafeSecretsOptions): Promise<SecretStore> {
  const encrypted = new Map(Object.entries(parse(file, readPrivateFile(file))));
  const clear = new Map<string, string>();
  for (const [name, text] of encrypted) {
    const { result, shouldReEncrypt } = await decrypt(file, name, text);
    clear.set(name, result);
    if (shouldReEncrypt) encrypted.set(name, await encrypt(result));
  }
  /** Asked of the system each time: a keyring may be set up, or locked, while the program runs. */
  async function systemProtects(): Promise<boolean> {
    if (await isProtected()) return true;
    log('warn', 'This system has no protected store for keys: what is kept in the file is as good as readable.', {
      file,
    });
    return false;
  }
  let allowed = encrypted.size > 0;
  if (allowed) await systemProtects();

  function keep(next: ReadonlyMap<string, string>): void {
    writePrivateFile(file, `${JSON.stringify({ version: 1, secrets: Object.fromEntries(next) }, undefined, 2)}\n`);
  }

  return {
    get: (name) => clear.get(name),
    source: (name) => (clear.has(name) ? 'stored' : undefined),
    async set(name, value) {
      allowed ||= (await systemProtects()) || (await mayKeepUnprotected());
      if (!allowed) throw new Error('The key was not kept: this system has no protected store, and you chose not to.');
      const text = await encrypt(value);
      keep(new Map(encrypted).set(name, text));
      encrypted.set(name, text);
      clear.set(name, value);
    },
    delete(name) {
      if (!clear.has(name)) return;
      keep(new Map([...encrypted].filter(([other]) => other !== name)));
      encrypted.delete(name);
      clear.delete(name);
    },
  };
}

async function encrypt(text: string): Promise<string> {
  return (await safeStorage.encryptStringAsync(text)).toString('base64');
}

async function decrypt(
  file: string,
  name: string,
  text: string,
): Promise<{ result: string; shouldReEncrypt: boolean }> {
  try {
    return await safeStorage.decryptStringAsync(Buffer.from(text, 'base64'));
  } catch (error) {
    throw new StartError(
      'private-file',
      `The key "${name}" in ${file} cannot be decrypted: it was kept by another user or on another machine, or the ` +
        "system's key store is locked. Unlock it and start again; or delete the file and enter the keys again.",
      { cause: error },
    );
  }
}

function parse(file: string, text: string | undefined): Record<string, string> {
  if (text === undefined) return {};
  try {
    return SecretFile.parse(JSON.parse(text)).secrets;
  } catch {
    throw new StartError('private-file', `${file} is damaged. Delete it and enter the keys again.`);
  }
}
