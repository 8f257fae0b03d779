/** Real HTTP through a real worker process. */
import { describe, expect, it } from 'vitest';
import { createChildProcessWorkerHost } from '../../src/hosts/node/child-process-worker-host.ts';
import type { ProviderConnection } from '../../src/protocol/provider.ts';
import { startAimock } from '../support/aimock.ts';
import { workerEntry } from '../support/built.ts';
import { anthropicEvents, beginStream, deadUrl, openaiEvents, startModelServer } from '../support/model-server.ts';
import { demoConnection, jobIdOf, runOf, startProbe } from '../support/worker-probe.ts';

const host = createChildProcessWorkerHost({ entry: workerEntry });

const timeouts = { firstContentMs: 5_000, idleMs: 5_000 };
const openaiAt = (url: string): ProviderConnection => ({
  id: 'openai',
  kind: 'openai',
  baseUrl: `${url}/v1`,
  apiKey: 'sk-test',
  timeouts,
});
const anthropicAt = (url: string): ProviderConnection => ({
  id: 'anthropic',
  kind: 'anthropic',
  baseUrl: url,
  apiKey: 'sk-test',
  timeouts,
});

const dialects = [
  {
    name: 'openai',
    at: openaiAt,
    half: openaiEvents.text('Half an answer'),
    end: openaiEvents.finish() + openaiEvents.done(),
  },
  {
    name: 'anthropic',
    at: anthropicAt,
    half: anthropicEvents.start() + anthropicEvents.text('Half an answer'),
    end: anthropicEvents.finish() + anthropicEvents.stop(),
  },
];

describe.each(dialects)('a worker that asks $name', ({ at, half, end }) => {
  it('aborts the HTTP request of a cancelled job within 100 ms', async () => {
    await using server = await startModelServer(({ response }) => {
      beginStream(response);
      response.write(half);
    });
    await using worker = startProbe(host);
    const exchange = server.nextExchange();
    worker.send(runOf(1, at(server.url)));
    await worker.said('delta');
    const before = performance.now();
    worker.send({ type: 'cancel', jobId: jobIdOf(1), attempt: 1 });
    expect(await (await exchange).ended).toBe('cut');
    const failed = await worker.said('failed');
    expect(performance.now() - before).toBeLessThan(100);
    expect(failed.failure).toMatchObject({ class: 'cancelled', code: 'cancelled-by-user' });
    expect(worker.streamed(jobIdOf(1))).toBe('Half an answer');
  });

  it.each(['as soon as the last byte is out', 'once the answer is reported'])(
    'ends a job once that is cancelled %s, and says nothing of it later',
    async (moment) => {
      await using server = await startModelServer(({ response }) => {
        beginStream(response);
        response.end(half + end);
      });
      await using worker = startProbe(host);
      const exchange = server.nextExchange();
      worker.send(runOf(1, at(server.url)));
      expect(await (await exchange).ended).toBe('finished');
      if (moment === 'once the answer is reported') await worker.said('done');
      worker.send({ type: 'cancel', jobId: jobIdOf(1), attempt: 1 });
      // The slot is free, and whatever the first job would still say comes before the end of the second.
      worker.send(runOf(2, at(server.url)));
      await worker.said('done', ({ jobId }) => jobId === jobIdOf(2));

      const told = worker.messages.filter((message) => 'jobId' in message && message.jobId === jobIdOf(1));
      const ends = told.filter(({ type }) => type === 'done' || type === 'failed');
      expect(ends).toHaveLength(1);
      expect(told.at(-1)).toBe(ends[0]);
      if (moment === 'once the answer is reported') expect(ends[0]).toMatchObject({ type: 'done' });
      else if (ends[0]?.type === 'failed') expect(ends[0].failure.code).toBe('cancelled-by-user');
    },
  );

  it('sends all that had arrived before the failure that ends it', async () => {
    await using server = await startModelServer(({ response }) => {
      beginStream(response);
      response.write(half);
      response.end(half);
    });
    await using worker = startProbe(host);
    worker.send(runOf(1, at(server.url)));
    const failed = await worker.said('failed');
    expect(failed.failure).toMatchObject({ class: 'retryable', code: 'interrupted' });
    expect(worker.streamed(jobIdOf(1))).toBe('Half an answerHalf an answer');
    expect(worker.messages.at(-1)).toBe(failed);
  });

  it('leaves no HTTP request behind when it is killed', async () => {
    await using server = await startModelServer(({ response }) => {
      beginStream(response);
      response.write(half);
    });
    await using worker = startProbe(host);
    const exchange = server.nextExchange();
    worker.send(runOf(1, at(server.url)));
    await worker.said('delta');
    worker.process.kill();
    expect(await (await exchange).ended).toBe('cut');
  });
});

describe('a worker', () => {
  it('estimates the usage that a provider does not send, and says so', async () => {
    await using server = await startModelServer(({ response }) => {
      beginStream(response);
      response.end(openaiEvents.text('four'.repeat(10)) + openaiEvents.finish() + openaiEvents.done());
    });
    await using worker = startProbe(host);
    worker.send(runOf(1, openaiAt(server.url), { system: 'be terse!' }));
    const { result } = await worker.said('done');
    // "hello" and "be terse!" are 14 characters, the answer 40: a token for each 4 of them.
    expect(result.usage).toEqual({ inputTokens: 4, outputTokens: 10, estimated: true });
  });

  it('runs 30 conversations with both providers at once', async () => {
    await using aimock = await startAimock();
    aimock.mock.onMessage('hello', { content: 'A'.repeat(500) }, { latency: 2, chunkSize: 10 });
    await using worker = startProbe(host, { slots: 30 });
    const numbers = Array.from({ length: 30 }, (_, index) => index + 1);
    worker.send(...numbers.map((number) => runOf(number, number % 2 === 0 ? aimock.openai : aimock.anthropic)));
    const answers = await Promise.all(
      numbers.map((number) => worker.said('done', ({ jobId }) => jobId === jobIdOf(number))),
    );
    expect(answers.map(({ result }) => result.text)).toEqual(numbers.map(() => 'A'.repeat(500)));
  });

  it('inspects providers: models where there are some, the reason where there are none', async () => {
    await using aimock = await startAimock();
    await using worker = startProbe(host);
    const dead = openaiAt(await deadUrl());
    const keyless: ProviderConnection = { id: 'anthropic', kind: 'anthropic', timeouts };
    worker.send(
      { type: 'inspect-provider', callId: 'openai', provider: aimock.openai },
      { type: 'inspect-provider', callId: 'demo', provider: demoConnection },
      { type: 'inspect-provider', callId: 'dead', provider: dead },
      { type: 'inspect-provider', callId: 'keyless', provider: keyless },
    );
    const report = (callId: string) => worker.said('provider-report', (message) => message.callId === callId);
    expect(await report('openai')).toHaveProperty('models.0.id', expect.any(String));
    expect(await report('demo')).toMatchObject({ models: [{ id: 'demo' }] });
    expect(await report('dead')).toMatchObject({ failure: { class: 'provider-down', code: 'connection' } });
    expect(await report('keyless')).toMatchObject({ failure: { class: 'misconfigured', code: 'missing-key' } });
  });

  it('learns context sizes where the provider tells them', async () => {
    await using server = await startModelServer(({ response }) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const data = [
        { id: 'claude-big', type: 'model', display_name: 'Big', created_at: '', max_input_tokens: 1_000_000 },
        { id: 'claude-old', type: 'model', display_name: 'Old', created_at: '' },
      ];
      response.end(JSON.stringify({ data, has_more: false, first_id: null, last_id: null }));
    });
    await using worker = startProbe(host);
    worker.send({ type: 'inspect-provider', callId: 'a', provider: anthropicAt(server.url) });
    expect(await worker.said('provider-report')).toMatchObject({
      models: [{ id: 'claude-big', contextTokens: 1_000_000 }, { id: 'claude-old' }],
    });
  });
});
