import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSecrets } from '../../src/hosts/node/secrets.ts';
import { createGatekeeper, loadToken } from '../../src/hosts/node/token.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nightshift-private-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What it throws. */
function captured(body: () => unknown): unknown {
  try {
    body();
    return undefined;
  } catch (error) {
    return error;
  }
}
const modeOf = (name: string) => (statSync(join(folder, name)).mode & 0o777).toString(8);

describe('stored keys', () => {
  test('are kept over a restart in a file that is theirs alone', async () => {
    const secrets = openSecrets(folder, {});
    await secrets.set('openai', 'sk-one');
    await secrets.set('my-vllm/header/X-Team', 'blue');
    expect(modeOf('secrets.json')).toBe('600');
    const later = openSecrets(folder, {});
    expect([later.get('openai'), later.get('my-vllm/header/X-Team'), later.get('other')]).toEqual([
      'sk-one',
      'blue',
      undefined,
    ]);
    later.delete('openai');
    expect(openSecrets(folder, {}).get('openai')).toBeUndefined();
    expect(readdirSync(folder)).toEqual(['secrets.json']);
  });

  test('give way to the environment, and say where a key comes from', async () => {
    const env = { OPENAI_API_KEY: ' sk-env ', ANTHROPIC_API_KEY: '' };
    const secrets = openSecrets(folder, env);
    await secrets.set('openai', 'sk-stored');
    await secrets.set('anthropic', 'sk-ant');
    expect([secrets.get('openai'), secrets.source('openai')]).toEqual(['sk-env', 'environment']);
    expect([secrets.get('anthropic'), secrets.source('anthropic')]).toEqual(['sk-ant', 'stored']);
    expect([secrets.get('x'), secrets.source('x')]).toEqual([undefined, undefined]);
    expect(readFileSync(join(folder, 'secrets.json'), 'utf8')).not.toContain('sk-env');
  });

  test('are not read from a file that others can read', async () => {
    await openSecrets(folder, {}).set('openai', 'sk-one');
    chmodSync(join(folder, 'secrets.json'), 0o640);
    expect(() => openSecrets(folder, {})).toThrow(/others on this machine may read it \(mode 640\).*chmod 600/u);
  });

  test('are never quoted by the message about a damaged file', () => {
    writeFileSync(join(folder, 'secrets.json'), '{"openai": "sk-secret', { mode: 0o600 });
    const shown = inspect(captured(() => openSecrets(folder, {})));
    expect(shown).toContain('is damaged');
    expect(shown).not.toContain('sk-secret');
  });

  test('stay as they were when a new one cannot be written', async () => {
    const secrets = openSecrets(folder, {});
    await secrets.set('openai', 'sk-one');
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'a file where the folder was');
    expect(() => secrets.set('openai', 'sk-two')).toThrow(/cannot be written/u);
    expect(secrets.get('openai')).toBe('sk-one');
  });
});

describe('the token', () => {
  test("is made once, long, and kept in a file that is its owner's alone", () => {
    const token = loadToken(folder, {});
    expect(token).toMatch(/^[\w-]{43}$/u);
    expect(modeOf('token')).toBe('600');
    expect(loadToken(folder, {})).toBe(token);
  });

  test('is the one of the environment where there is one, and then no file is made', () => {
    expect(loadToken(folder, { NIGHTSHIFT_TOKEN: 'given' })).toBe('given');
    expect(readdirSync(folder)).toEqual([]);
    expect(() => loadToken(folder, { NIGHTSHIFT_TOKEN: 'two words' })).toThrow(/without spaces/u);
  });

  test('is refused from a file that others can read, or that is damaged', () => {
    writeFileSync(join(folder, 'token'), '');
    chmodSync(join(folder, 'token'), 0o600);
    expect(() => loadToken(folder, {})).toThrow(/damaged/u);
    chmodSync(join(folder, 'token'), 0o644);
    expect(() => loadToken(folder, {})).toThrow(/others on this machine may read it/u);
  });

  test('opens as itself or as the cookie made of it, and as nothing else', () => {
    const keeper = createGatekeeper('secret', 4747);
    const cookie = keeper.setCookie.split(';')[0] ?? '';
    expect(keeper.setCookie).toMatch(/^nightshift_4747=[\w-]+; HttpOnly; SameSite=Strict; Path=\/; Max-Age=\d+$/u);
    expect(keeper.setCookie).not.toContain('secret');
    expect([keeper.isToken('secret'), keeper.isToken('Secret'), keeper.isToken('')]).toEqual([true, false, false]);
    expect(keeper.admits({ authorization: 'Bearer secret' })).toBe(true);
    expect(keeper.admits({ authorization: 'bearer  secret' })).toBe(true);
    expect(keeper.admits({ cookie })).toBe(true);
    expect(keeper.admits({ cookie: `a=b; nightshift_4747=old; ${cookie}` })).toBe(true);
    for (const headers of [
      {},
      { authorization: 'Bearer wrong' },
      { authorization: 'Basic secret' },
      { authorization: 'secret' },
      { cookie: 'nightshift_4747=secret' },
      { cookie: `x${cookie}` },
      { cookie: cookie.replace('4747', '4748') },
    ]) {
      expect(keeper.admits(headers), JSON.stringify(headers)).toBe(false);
    }
    expect(createGatekeeper('other', 4747).admits({ cookie })).toBe(false);
  });
});
