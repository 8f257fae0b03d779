import { describe, expect, test } from 'vitest';
import { defaultPort, readFlags, type Command, type HostFlags, type Surroundings } from '../../src/hosts/node/flags.ts';

const surroundings: Surroundings = { env: {}, platform: 'linux', homeDir: '/home/ann', cwd: '/srv' };

function read(args: string[], more: Partial<Surroundings> = {}): Command {
  return readFlags(args, { ...surroundings, ...more });
}
function flags(args: string[], more: Partial<Surroundings> = {}): HostFlags {
  const command = read(args, more);
  if (command.kind !== 'run') throw new Error(`refused: ${JSON.stringify(command)}`);
  return command.flags;
}

describe('flags of the headless host', () => {
  test('have defaults that listen on this machine only', () => {
    expect(flags([])).toEqual({
      port: defaultPort,
      host: '127.0.0.1',
      dataDir: '/home/ann/.local/share/nightshift',
      allowedHosts: [],
      log: 'text',
      verbose: false,
      drainMs: 10_000,
      inspectPort: null,
    });
  });

  test('are read in both spellings', () => {
    const wanted = { port: 0, host: '::1', dataDir: '/srv/here', log: 'json', verbose: true, drainMs: 50 };
    expect(
      flags(['--port=0', '--host=[::1]', '--data=here', '--log=json', '--verbose', '--drain-ms=50']),
    ).toMatchObject(wanted);
    expect(
      flags(['--port', '0', '--host', '::1', '--data', 'here', '--log', 'json', '--verbose', '--drain-ms', '50']),
    ).toMatchObject(wanted);
    expect(flags(['--allow-host', 'chat.example', '--allow-host', 'a.example:8443']).allowedHosts).toEqual([
      'chat.example',
      'a.example:8443',
    ]);
  });

  test('put the data where each platform keeps what belongs to a user', () => {
    expect(flags([], { env: { XDG_DATA_HOME: '/data' } }).dataDir).toBe('/data/nightshift');
    expect(flags([], { env: { XDG_DATA_HOME: 'relative' } }).dataDir).toBe('/home/ann/.local/share/nightshift');
    expect(flags([], { platform: 'darwin' }).dataDir).toBe('/home/ann/Library/Application Support/Nightshift');
    expect(flags([], { platform: 'win32', env: { LOCALAPPDATA: '/local' } }).dataDir).toBe('/local/Nightshift');
  });

  test.each([
    [['--port', '70000'], '--port takes a number from 0 to 65535, not "70000"'],
    [['--port', 'x'], '--port takes'],
    [['--port', '-1'], '--port'],
    [['--port'], '--port'],
    [['--drain-ms', '1.5'], '--drain-ms takes'],
    [['--log', 'xml'], '--log takes "text" or "json", not "xml"'],
    [['--host', 'a b'], '--host takes'],
    [['--allow-host', 'http://x'], '--allow-host takes'],
    [['--data', ''], '--data needs a folder'],
    [['--nonsense'], "Unknown option '--nonsense'"],
    [['positional'], "Unexpected argument 'positional'"],
  ])('are refused with words when they make no sense: %j', (args, words) => {
    const command = read(args);
    expect(command.kind).toBe('refused');
    const message = command.kind === 'refused' ? command.message : '';
    expect(message).toContain(words);
    expect(message).toContain('--help');
  });

  test('ask for help or the version', () => {
    expect(read(['--help', '--port', '1'])).toEqual({ kind: 'help' });
    expect(read(['--version'])).toEqual({ kind: 'version' });
  });
});
