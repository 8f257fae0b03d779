/** What a client is told when something is refused, by the real router on the real engine. */
import { TRPCClientError } from '@trpc/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ConversationId, JobId } from '../../src/protocol/ids.ts';
import { startHost, type TestHost } from '../support/host.ts';

let host: TestHost;
beforeAll(async () => {
  host = await startHost();
});
afterAll(() => host.close());

const nobody = '0'.repeat(26);
const ErrorBody = z.object({
  error: z.object({
    message: z.string(),
    code: z.number(),
    data: z.strictObject({
      code: z.string(),
      httpStatus: z.number(),
      path: z.string().optional(),
      jobId: z.string().nullable(),
    }),
  }),
});

async function refused(path: string, input: unknown) {
  const response = await host.http(`/trpc/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  });
  const { error } = ErrorBody.parse(await response.json());
  expect(error.data.httpStatus).toBe(response.status);
  return { message: error.message, code: error.data.code, jobId: error.data.jobId };
}

describe('a refusal', () => {
  test('of input that does not fit says where and why', async () => {
    // Whether anything is said depends on the files too, so it is asked once all of the parts fit.
    const conversationId = ConversationId.parse(`conv_${nobody}`);
    const empty = await refused('conversations.send', { requestId: 'long-enough', conversationId, text: ' ' });
    expect(empty).toMatchObject({ code: 'BAD_REQUEST', message: expect.stringContaining('the message is empty') });
    const { code, message } = await refused('conversations.send', { requestId: 'short', text: ' ' });
    expect(code).toBe('BAD_REQUEST');
    expect(message).toContain('requestId');
    expect(message).toContain('conversationId');
  });

  test('of something that is not there names its kind', async () => {
    const id = ConversationId.parse(`conv_${nobody}`);
    expect(await refused('conversations.rename', { id, title: 'x' })).toMatchObject({ code: 'NOT_FOUND' });
    const error: unknown = await host.client.conversations.get.query({ id }).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(TRPCClientError);
    expect(error).toMatchObject({ data: { code: 'NOT_FOUND' } });
  });

  test('about a job carries the job', async () => {
    const job = await host.client.jobs.enqueue.mutate({
      requestId: 'job-request-1',
      job: { model: 'demo/demo', messages: [{ role: 'user', content: 'x' }], demo: { tokens: 1, tokenMs: 0 } },
    });
    expect(await refused('jobs.setLane', { id: JobId.parse(`job_${nobody}`), lane: 'low' })).toMatchObject({
      code: 'NOT_FOUND',
    });
    await new Promise<void>((resolve, reject) => {
      const watch = host.client.jobs.watch.subscribe(
        { id: job.id },
        {
          onData: ({ data }) => {
            if (data.type !== 'snapshot' || data.job.state !== 'completed') return;
            watch.unsubscribe();
            resolve();
          },
          onError: reject,
        },
      );
    });
    expect(await refused('jobs.cancel', { id: job.id })).toMatchObject({ code: 'CONFLICT', jobId: job.id });
  });

  test('of a request id that was used with another body', async () => {
    const first = await host.client.conversations.create.mutate({ requestId: 'the-same-1', title: 'One' });
    const again = await host.client.conversations.create.mutate({ requestId: 'the-same-1', title: 'One' });
    expect(again.id).toBe(first.id);
    expect(await refused('conversations.create', { requestId: 'the-same-1', title: 'Two' })).toMatchObject({
      code: 'CONFLICT',
    });
  });

  test('in a subscription reaches its error handler', async () => {
    const error = await new Promise((resolve) => {
      host.client.jobs.watch.subscribe({ id: JobId.parse(`job_${nobody}`) }, { onError: resolve });
    });
    expect(error).toMatchObject({ data: { code: 'NOT_FOUND' } });
  });
});
