/** The command line of the headless host. */
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

export const defaultPort = 4747;
const defaultInspectPort = 4748;
const defaultDrainMs = 10_000;
const longestDrainMs = 3_600_000;

export interface HostFlags {
  /** 0: any free port. */
  port: number;
  host: string;
  dataDir: string;
  /** Further `Host` headers that are answered: `name` or `name:port`. */
  allowedHosts: string[];
  log: 'text' | 'json';
  verbose: boolean;
  /** How long running jobs may go on after the first SIGTERM. */
  drainMs: number;
  /** The port for the Stately Inspector, 0 any free one; null: it is not served. */
  inspectPort: number | null;
}

export type Command =
  | { kind: 'run'; flags: HostFlags }
  | { kind: 'help' }
  | { kind: 'version' }
  | { kind: 'refused'; message: string };

export interface Surroundings {
  env: NodeJS.ProcessEnv;
  platform: NodeJS.Platform;
  homeDir: string;
  cwd: string;
}

export const helpText = `Nightshift, headless: the chat page and the API on one port.

Usage: npm start -- [flags]

  --port N          port to listen on; 0 takes any free one (default ${defaultPort})
  --host H          address to listen on (default 127.0.0.1: this machine only)
  --allow-host H    answer to this name too, as "name" or "name:port"; may be repeated
  --data DIR        data folder (default: a folder of its own for each user)
  --log FORMAT      "text" (default) or "json": one JSON object on each line of stderr
  --verbose         log details too
  --drain-ms N      how long running jobs may go on when asked to stop (default ${defaultDrainMs})
  --inspect         send what happens between actors to the Stately Inspector, on a port of this machine only
  --inspect-port N  that port; 0 takes any free one (default ${defaultInspectPort})
  --version         print the version
  --help            print this

Environment:
  NIGHTSHIFT_TOKEN                        the access token (default: made once, kept in the data folder)
  OPENAI_API_KEY, OPENAI_BASE_URL         the OpenAI provider
  ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL   the Anthropic provider
  OLLAMA_HOST, LM_STUDIO_HOST             where they listen on this machine, if not at their usual ports
`;

/** Reads the flags (without node and script). Nothing is looked up but what `surroundings` holds. */
export function readFlags(args: readonly string[], surroundings: Surroundings): Command {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: false,
      options: {
        port: { type: 'string' },
        host: { type: 'string' },
        'allow-host': { type: 'string', multiple: true },
        data: { type: 'string' },
        log: { type: 'string' },
        verbose: { type: 'boolean' },
        'drain-ms': { type: 'string' },
        inspect: { type: 'boolean' },
        'inspect-port': { type: 'string' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
      },
    }));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // Node's advice on positional arguments does not apply to us.
    return refused(message.split('. To specify')[0] ?? message);
  }
  if (values.help === true) return { kind: 'help' };
  if (values.version === true) return { kind: 'version' };

  const port = wholeNumber(values.port, defaultPort, 65_535);
  if (port === undefined) return refused(`--port takes a number from 0 to 65535, not "${values.port}"`);
  const drainMs = wholeNumber(values['drain-ms'], defaultDrainMs, longestDrainMs);
  if (drainMs === undefined) {
    return refused(`--drain-ms takes milliseconds from 0 to ${longestDrainMs}, not "${values['drain-ms']}"`);
  }
  const inspectPort = wholeNumber(values['inspect-port'], defaultInspectPort, 65_535);
  if (inspectPort === undefined) {
    return refused(`--inspect-port takes a number from 0 to 65535, not "${values['inspect-port']}"`);
  }
  if (values['inspect-port'] !== undefined && values.inspect !== true) return refused('--inspect-port needs --inspect');
  const log = values.log ?? 'text';
  if (log !== 'text' && log !== 'json') return refused(`--log takes "text" or "json", not "${log}"`);
  const host = (values.host ?? '127.0.0.1').replace(/^\[(.*)\]$/u, '$1');
  if (isIP(host) === 0 && !/^[A-Za-z0-9.-]+$/u.test(host)) {
    return refused(`--host takes an address or a name, not "${host}"`);
  }
  if (values.data === '') return refused('--data needs a folder');
  const allowedHosts = values['allow-host'] ?? [];
  const odd = allowedHosts.find((name) => !/^(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(?::\d{1,5})?$/u.test(name));
  if (odd !== undefined) return refused(`--allow-host takes "name" or "name:port", not "${odd}"`);

  return {
    kind: 'run',
    flags: {
      port,
      host,
      dataDir: values.data === undefined ? defaultDataDir(surroundings) : resolve(surroundings.cwd, values.data),
      allowedHosts,
      log,
      verbose: values.verbose ?? false,
      drainMs,
      inspectPort: values.inspect === true ? inspectPort : null,
    },
  };
}

function refused(what: string): Command {
  return { kind: 'refused', message: `${what}\nRun with --help to see all flags.` };
}

function wholeNumber(text: string | undefined, fallback: number, most: number): number | undefined {
  if (text === undefined) return fallback;
  return /^\d{1,9}$/u.test(text) && Number(text) <= most ? Number(text) : undefined;
}

/** Where programs of this platform keep what belongs to one user. */
export function defaultDataDir({ env, platform, homeDir }: Surroundings): string {
  if (platform === 'darwin') return join(homeDir, 'Library', 'Application Support', 'Nightshift');
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(homeDir, 'AppData', 'Local'), 'Nightshift');
  // The XDG specification says to ignore a relative path.
  const xdg = env['XDG_DATA_HOME'];
  return join(xdg?.startsWith('/') === true ? xdg : join(homeDir, '.local', 'share'), 'nightshift');
}
