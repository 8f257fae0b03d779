/**
 * A steady mixed load over the API, as users and programs make it: conversations that are begun, talked in and removed,
 * background jobs in batches, some with dependencies, some cancelled, readers that come and go.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestHost } from '../support/host.ts';
import { ask, completed, converse } from '../support/chat.ts';

const talkers = 8;
const messagesEach = 12;
const batchJobs = 40;
const demo = { tokens: 60, tokenMs: 4 };

export interface Load {
  /** Messages answered and background jobs accepted so far. */
  readonly done: { answers: number; jobs: number };
  /** The first thing that went wrong; the load is over then. */
  readonly failure: Promise<never>;
  stop(): Promise<void>;
}

export function startLoad(host: TestHost): Load {
  const done = { answers: 0, jobs: 0 };
  let over = false;
  const repeat = async (step: () => Promise<void>): Promise<void> => {
    while (!over) await step();
  };

  /** One conversation from its beginning to its removal, so that messages come and go too. */
  const talk = async (): Promise<void> => {
    const conversationId = await converse(host);
    for (let n = 0; n < messagesEach && !over; n += 1) {
      const asked = await ask(host, `Message ${n}: ${'word '.repeat(100)}`, {
        conversationId,
        demo,
        model: 'demo/demo',
      });
      if (n % 4 === 3) await host.client.jobs.cancel.mutate({ id: asked.jobId }).catch(ended);
      else await completed(host, asked.jobId);
      done.answers += 1;
    }
    await host.client.conversations.remove.mutate({ id: conversationId });
  };

  const enqueue = async (): Promise<void> => {
    const jobs = Array.from({ length: batchJobs }, (_, n) => ({
      name: `soak ${n % 5}`,
      model: 'demo/demo',
      demo,
      messages: [{ role: 'user' as const, content: `background ${n}` }],
      dependsOnIndex: n % 4 === 1 ? [{ index: n - 1 }] : [],
    }));
    const ids = await host.client.jobs.enqueueMany.mutate({ requestId: randomUUID(), jobs });
    done.jobs += ids.length;
    for (const id of ids.filter((_, n) => n % 10 === 8)) await host.client.jobs.cancel.mutate({ id }).catch(ended);
    // The next batch comes when this one is through: the backlog must not grow.
    while (!over && (await host.client.jobs.list.query({ state: 'waiting', limit: 1 })).length > 0) await sleep(100);
  };

  const runs = [...Array.from({ length: talkers }, () => repeat(talk)), repeat(enqueue)];
  const all = Promise.all(runs);
  return {
    done,
    failure: new Promise((_, reject) => {
      all.catch(reject);
    }),
    async stop() {
      over = true;
      await all;
    },
  };
}

/** A job that ended a moment before it was cancelled. */
function ended(error: unknown): void {
  if (!(error instanceof Error && /cannot be cancelled|There is no job/u.test(error.message))) throw error;
}
