/** What integration tests do with a running host: talk, wait for what happens to a job, look at what is stored. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { z } from 'zod';
import type { SendMessage } from '../../src/protocol/api.ts';
import type { AgentId, ConversationId, JobId } from '../../src/protocol/ids.ts';
import type { PoolView } from '../../src/protocol/pool.ts';
import type { JobView, JobWatchEvent, MessageView } from '../../src/protocol/views.ts';
import type { TestHost } from './host.ts';

export interface Asked {
  readonly conversationId: ConversationId;
  readonly jobId: JobId;
}

/** A new conversation; its model is the agent's. */
export async function converse(host: TestHost, agentId?: AgentId): Promise<ConversationId> {
  const { id } = await host.client.conversations.create.mutate({
    requestId: randomUUID(),
    ...(agentId === undefined ? {} : { agentId }),
  });
  return id;
}

type SendOptions = Partial<Omit<z.infer<typeof SendMessage>, 'conversationId' | 'text'>>;

/** Sends a message, by default into a conversation of its own; resolves when it is acknowledged. */
export async function ask(
  host: TestHost,
  text: string,
  { conversationId, ...more }: SendOptions & { conversationId?: ConversationId } = {},
): Promise<Asked> {
  const id = conversationId ?? (await converse(host));
  const sent = await host.client.conversations.send.mutate({
    requestId: randomUUID(),
    conversationId: id,
    text,
    ...more,
  });
  if (sent.jobId === null) throw new Error('the message has no job');
  return { conversationId: id, jobId: sent.jobId };
}

/** Resolves with the first snapshot of the job, present or to come, for which `match` holds. */
export function jobWhen(host: TestHost, jobId: JobId, match: (job: JobView) => boolean): Promise<JobView> {
  const { promise, resolve, reject } = Promise.withResolvers<JobView>();
  let over = false;
  const subscription = host.client.jobs.watch.subscribe(
    { id: jobId },
    {
      onData({ data }) {
        if (over || data.type !== 'snapshot' || !match(data.job)) return;
        over = true;
        resolve(data.job);
        // The first event may arrive before `subscribe` returns.
        queueMicrotask(() => subscription.unsubscribe());
      },
      onError: reject,
    },
  );
  return promise;
}

/** Resolves when the job is completed; rejects with its failure when it ends in any other way. */
export async function completed(host: TestHost, jobId: JobId): Promise<JobView> {
  const job = await jobWhen(host, jobId, ({ state }) => atRest.has(state));
  if (job.state === 'completed') return job;
  throw new Error(`job ${jobId} is ${job.state}: ${JSON.stringify(job.failure)}`);
}

const atRest = new Set(['completed', 'failed', 'cancelled']);

export function streaming(host: TestHost, jobId: JobId): Promise<JobView> {
  return jobWhen(host, jobId, ({ phase }) => phase === 'streaming');
}

/** The conversation as the page shows it, oldest first. */
export async function transcript(
  host: TestHost,
  conversationId: ConversationId,
): Promise<Pick<MessageView, 'role' | 'text' | 'status'>[]> {
  const { messages } = await host.client.messages.list.query({ conversationId, limit: 200 });
  return messages.map(({ role, text, status }) => ({ role, text, status }));
}

/** The answers alone. */
export async function answers(
  host: TestHost,
  conversationId: ConversationId,
): Promise<Pick<MessageView, 'text' | 'status'>[]> {
  const all = await transcript(host, conversationId);
  return all.filter(({ role }) => role === 'assistant').map(({ text, status }) => ({ text, status }));
}

/** The events of a job's timeline, oldest first. */
export async function timeline(host: TestHost, jobId: JobId): Promise<string[]> {
  return (await host.client.jobs.events.query({ id: jobId })).map(({ event }) => event);
}

/** Process ids of the workers that have a process. */
export async function workerPids(host: TestHost): Promise<number[]> {
  const { workers } = await host.client.pool.get.query();
  return workers.flatMap(({ pid }) => pid ?? []);
}

/** Resolves with the first view of the pool, present or to come, for which `match` holds. */
export function poolWhen(host: TestHost, match: (pool: PoolView) => boolean): Promise<PoolView> {
  const { promise, resolve, reject } = Promise.withResolvers<PoolView>();
  const subscription = host.client.pool.watch.subscribe(undefined, {
    onData(pool) {
      if (!match(pool)) return;
      resolve(pool);
      queueMicrotask(() => subscription.unsubscribe());
    },
    onError: reject,
  });
  return promise;
}

/** What one reader of `jobs.watch` has: the text of each attempt, and whether a part was missing or came twice. */
export class Reader {
  text = '';
  resets = 0;
  readonly faults: string[] = [];
  #length = 0;

  take(event: JobWatchEvent): void {
    if (event.type === 'reset') {
      this.resets += 1;
      this.text = '';
      this.#length = 0;
    }
    if (event.type !== 'delta') return;
    if (event.offset !== this.#length)
      this.faults.push(`at ${this.#length} came a part that begins at ${event.offset}`);
    for (const part of event.parts) {
      this.#length += part.text.length;
      if (part.kind === 'text') this.text += part.text;
    }
  }
}

/** Rows of a host's database, running or not, through a connection that cannot write. */
export function rowsOf(dataDir: string, sql: string, ...values: readonly unknown[]): unknown[] {
  const sqlite = new Database(join(dataDir, 'nightshift.db'), { readonly: true });
  try {
    return sqlite.prepare(sql).all(...values);
  } finally {
    sqlite.close();
  }
}

/** A text that shows every gap and every repeat: `name 1, name 2, …`. */
export function longAnswer(name: string, words: number): string {
  return Array.from({ length: words }, (_, index) => `${name} ${index + 1}`).join(', ');
}
