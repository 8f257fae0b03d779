/** Two hundred jobs and a provider that sends everybody away: one request for each pause finds out whether it is back. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { createChildProcessWorkerHost } from '../../src/hosts/node/child-process-worker-host.ts';
import { workerEntry } from '../support/built.ts';
import { startEngine } from '../support/engine.ts';
import { startModelServer } from '../support/model-server.ts';

const slots = 4;

test('a storm of 429 over 200 waiting jobs sends at most one probe for each pause', async () => {
  let well = false;
  await using server = await startModelServer(({ response }) => {
    if (!well) {
      response.writeHead(429, { 'content-type': 'application/json', 'retry-after': '1' });
      response.end(JSON.stringify({ error: { message: 'Slow down.', type: 'rate_limit_error' } }));
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const choice = { index: 0, delta: { content: 'Hi.' }, finish_reason: 'stop' };
    response.write(`data: ${JSON.stringify({ id: 'c', model: 'm', choices: [choice] })}\n\n`);
    response.end('data: [DONE]\n\n');
  });
  await using night = await startEngine({
    workerHost: createChildProcessWorkerHost({ entry: workerEntry }),
    settings: { slotsPerWorker: slots },
  });
  await night.engine.providers.set({ id: 'storm', kind: 'openai-compatible', baseUrl: `${server.url}/v1` });
  const provider = () => {
    const found = night.engine.providers.list().find(({ id }) => id === 'storm');
    if (found === undefined) throw new Error('no provider');
    return found;
  };
  const posts = () => server.exchanges.filter(({ request }) => request.method === 'POST').length;

  await night.until(() => night.engine.pool.get().slots === slots);
  const ids = await night.enqueueMany(
    Array.from({ length: 200 }, () => ({ model: 'storm/m' })),
    randomUUID(),
  );
  await night.until(() => provider().state === 'coolingDown' && night.engine.pool.get().slotsUsed === 0);
  const atFirst = posts();
  expect(atFirst, 'only those that were under way when the first was sent away').toBeLessThanOrEqual(slots);

  for (let pause = 1; pause <= 4; pause += 1) {
    const { coolingUntil } = provider();
    await night.pass((coolingUntil ?? 0) - night.clock.now() - 1);
    expect(posts(), `nothing before pause ${pause} is over`).toBe(atFirst + pause - 1);
    await night.pass(201);
    await night.until(() => provider().coolingUntil !== coolingUntil && provider().state === 'coolingDown');
    expect(posts(), `one probe after pause ${pause}`).toBe(atFirst + pause);
  }

  well = true;
  await night.pass((provider().coolingUntil ?? 0) - night.clock.now() + 200);
  await night.until(() => ids.every((id) => night.engine.jobs.get(id).state === 'completed'));
  expect(posts()).toBe(atFirst + 4 + ids.length);
  expect(new Set(ids.map((id) => night.engine.jobs.get(id).attemptsMade))).toEqual(new Set([0]));
});
