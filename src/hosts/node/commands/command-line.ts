/** What the commands beside the host have in common: the data folder, and how they end. */
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { StoreError } from '../../../../db/store-error.ts';
import { exitCodes, StartError } from '../../common/exit-codes.ts';
import { defaultDataDir } from '../flags.ts';

/** npm runs a command in the checkout; a relative path means the folder that the user is in. */
export function fromUser(path: string): string {
  return resolve(process.env['INIT_CWD'] ?? process.cwd(), path);
}

/** Of `--data`, or where the host keeps it without that flag. */
export function dataFolderOf(flag: string | undefined): string {
  if (flag !== undefined) return fromUser(flag);
  const { env, platform } = process;
  return defaultDataDir({ env, platform, homeDir: homedir(), cwd: process.cwd() });
}

/** A command line that makes no sense; `usage` says what would. */
export function usageError(what: string, usage: string): StartError {
  return new StartError('usage', `${what}\n${usage}`);
}

/** The flags and the names of a command line. Throws a `StartError` with `usage` for a flag that is not among the options. */
export function parseCommandLine<const Options extends ParseArgsOptionsConfig>(
  args: string[],
  options: Options,
  usage: string,
) {
  try {
    return parseArgs({ args, allowPositionals: true, options });
  } catch (error) {
    throw usageError(error instanceof Error ? error.message : String(error), usage);
  }
}

/** Runs a command and ends the process: what it cannot do is a message and an exit code, a defect has its stack. */
export async function runCommand(command: (args: string[]) => Promise<string> | string): Promise<void> {
  try {
    process.stdout.write(`${await command(process.argv.slice(2))}\n`);
  } catch (error) {
    const known = error instanceof StoreError || error instanceof StartError;
    if (!known) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = exitCodes[error instanceof StartError ? error.reason : error.code];
  }
}
