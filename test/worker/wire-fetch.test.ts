/** Node's fetch has waits of its own, which must not get in the way of the ones in the settings. */
import { expect, it } from 'vitest';
import { wireFetch } from '../../src/worker/providers/wire.ts';
import { startModelServer } from '../support/model-server.ts';

const globalDispatcher = Symbol.for('undici.globalDispatcher.1');

/** Runs `body` with the dispatcher's two waits, 300 s by default, cut to almost nothing. */
async function withImpatientNode(body: () => Promise<void>): Promise<void> {
  await fetch('data:,the first call installs the dispatcher');
  const usual = Reflect.get(globalThis, globalDispatcher) as object;
  const Agent = usual.constructor as new (options: object) => object;
  Reflect.set(globalThis, globalDispatcher, new Agent({ headersTimeout: 100, bodyTimeout: 100 }));
  try {
    await body();
  } finally {
    Reflect.set(globalThis, globalDispatcher, usual);
  }
}

it('waits for slow headers and a slow body for as long as its caller does', async () => {
  await using server = await startModelServer(({ response }) => {
    setTimeout(() => {
      response.writeHead(200).write('first, ');
      setTimeout(() => response.end('second'), 2_000);
    }, 2_000);
  });
  await withImpatientNode(async () => {
    const impatient = fetch(server.url);
    const patient = wireFetch(server.url).then((response) => response.text());
    await expect(impatient).rejects.toHaveProperty('cause.code', 'UND_ERR_HEADERS_TIMEOUT');
    expect(await patient).toBe('first, second');
  });
});
