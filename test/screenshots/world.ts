/**
 * A host in the middle of a working day, for pictures and for looking at every view at once: projects, direct messages, an
 * answer with everything, one that failed, one that streams with messages behind it, and jobs in all states.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AgentSpec } from '../../src/protocol/agents.ts';
import type { AgentId, ConversationId, JobId } from '../../src/protocol/ids.ts';
import { ask, completed, jobWhen } from '../support/chat.ts';
import { startHost, type TestHost } from '../support/host.ts';
import { startGoals, type WorldGoals } from './goals.ts';
import { writePast } from './past.ts';
import { startScriptedModel } from './scripted-model.ts';
import * as words from './words.ts';

export interface World extends AsyncDisposable, WorldGoals {
  readonly host: TestHost;
  /** With an answer that holds everything. */
  readonly rich: ConversationId;
  /** An answer streams, messages wait behind it. */
  readonly streaming: ConversationId;
  readonly failed: ConversationId;
  readonly channel: ConversationId;
  readonly agentId: AgentId;
  /** It was tried twice. */
  readonly retriedJob: JobId;
}

const model = 'openai/gpt-4.1-mini';

/** Takes some seconds. Nothing leaves this machine. */
export async function startWorld(): Promise<World> {
  const dataDir = mkdtempSync(join(tmpdir(), 'nightshift-world-'));
  const scripted = await startScriptedModel();
  const options = { env: scripted.env, dataDir };
  const first = await startHost(options);
  const agents = await createAgents(first);
  await first.stop();
  await first.close();
  writePast(join(dataDir, 'nightshift.db'), Object.values(agents));
  // That it writes no titles was said to the first one.
  const host = await startHost({ ...options, titles: true });
  await host.client.settings.update.mutate({ defaultAgentId: agents.Ada });
  const talked = await talk(host, agents);
  const retriedJob = await work(host);
  const goals = await startGoals(host, Object.values(agents), talked.goalChannels);
  return {
    host,
    ...talked,
    ...goals,
    agentId: agents.Ada,
    retriedJob,
    async [Symbol.asyncDispose]() {
      await host.close();
      await scripted[Symbol.asyncDispose]();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

type Agents = Readonly<Record<'Ada' | 'Miro' | 'Noor', AgentId>>;

async function createAgents(host: TestHost): Promise<Agents> {
  const create = async (name: string, color: AgentSpec['color'], systemPrompt: string): Promise<AgentId> => {
    const agent = AgentSpec.parse({ name, color, systemPrompt, model, spendPerDay: 5_000_000 });
    return (await host.client.agents.create.mutate({ requestId: randomUUID(), agent })).id;
  };
  return {
    Ada: await create('Ada', 'violet', 'You are a careful software engineer. Measure before you advise.'),
    Miro: await create('Miro', 'teal', 'You write for customers: short, friendly, exact.'),
    Noor: await create('Noor', 'coral', 'You look at numbers and say what they mean.'),
  };
}

async function talk(host: TestHost, agents: Agents) {
  const start = async (agentId: AgentId, title: string): Promise<ConversationId> =>
    (await host.client.conversations.create.mutate({ requestId: randomUUID(), agentId, title })).id;
  const answered = async (conversationId: ConversationId, question: string): Promise<void> => {
    const { jobId } = await ask(host, question, { conversationId });
    await completed(host, jobId);
  };
  for (const [index, [title, question]] of words.talks.entries()) {
    const agentId = [agents.Ada, agents.Miro, agents.Noor][index % 3] ?? agents.Ada;
    await answered(await start(agentId, title), question);
  }
  const failed = await start(agents.Miro, 'The handbook in Portuguese');
  const { jobId: failing } = await ask(host, words.failingQuestion, { conversationId: failed });
  await jobWhen(host, failing, ({ state }) => state === 'failed');

  const [channel, ...goalChannels] = await projects(host, agents);

  const rich = await start(agents.Ada, 'A cache for the price list');
  await answered(rich, words.richQuestion);
  await host.client.conversations.organize.mutate({ id: rich, pinned: true });

  const streaming = await start(agents.Miro, 'Maintenance on Sunday');
  const { jobId } = await ask(host, words.streamingQuestion, { conversationId: streaming });
  await jobWhen(host, jobId, ({ phase }) => phase === 'streaming');
  for (const text of words.queuedQuestions) await ask(host, text, { conversationId: streaming });
  return { rich, streaming, failed, channel, goalChannels };
}

/** Two projects; resolves to the channel in which two agents have answered, and to two others of the same project. */
async function projects(
  host: TestHost,
  agents: Agents,
): Promise<readonly [ConversationId, ConversationId, ConversationId]> {
  const create = async (name: string, titles: readonly string[]): Promise<ConversationId[]> => {
    const { id: projectId } = await host.client.projects.create.mutate({ requestId: randomUUID(), name });
    const ids: ConversationId[] = [];
    for (const title of titles) {
      const members = { agentIds: Object.values(agents), leadId: agents.Ada };
      const made = await host.client.projects.createChannel.mutate({
        requestId: randomUUID(),
        projectId,
        title,
        ...members,
      });
      ids.push(made.id);
    }
    return ids;
  };
  await create('Handbook', ['style', 'translations']);
  const [launch, accounts, prices] = await create('Web shop', ['launch', 'accounts', 'prices']);
  if (launch === undefined || accounts === undefined || prices === undefined)
    throw new Error('the project misses channels');
  await host.client.conversations.send.mutate({
    requestId: randomUUID(),
    conversationId: launch,
    text: words.channelQuestion,
  });
  await answeredAll(host, launch);
  return [launch, accounts, prices];
}

/** Resolves when all that was asked there has been answered. */
function answeredAll(host: TestHost, id: ConversationId): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const subscription = host.client.conversations.watch.subscribe(
    { id },
    {
      onData() {
        host.client.conversations.get.query({ id }).then(({ openJobs }) => {
          if (openJobs > 0) return;
          subscription.unsubscribe();
          resolve();
        }, reject);
      },
      onError: reject,
    },
  );
  return promise;
}

/** Jobs outside conversations in every state. Resolves to one that was tried twice. */
async function work(host: TestHost): Promise<JobId> {
  const jobs = (count: number, more: Partial<Job>): Job[] =>
    Array.from({ length: count }, (_, n) => ({
      name: 'batch',
      model: 'demo/demo',
      lane: (['low', 'medium', 'low'] as const)[n % 3] ?? 'low',
      messages: [{ role: 'user' as const, content: `${words.errands[n % words.errands.length]} ${4_100 + n}` }],
      ...more,
    }));
  const enqueue = (given: Job[]): Promise<JobId[]> =>
    host.client.jobs.enqueueMany.mutate({ requestId: randomUUID(), jobs: given });
  const done = await enqueue(jobs(240, { demo: { tokens: 40, tokenMs: 0, firstContentMs: 0 } }));
  await Promise.all(done.slice(-1).map((id) => completed(host, id)));
  const backoff = { type: 'fixed' as const, delayMs: 100, maxDelayMs: 100 };
  const [retried] = await enqueue(
    jobs(1, {
      name: 'compare offers',
      model,
      lane: 'high',
      messages: [{ role: 'user', content: words.retriedErrand }],
      backoff,
    }),
  );
  if (retried === undefined) throw new Error('no job was made');
  await completed(host, retried);
  const failing = await enqueue(
    jobs(6, {
      name: 'rate pictures',
      model,
      lane: 'medium',
      messages: [{ role: 'user', content: words.refusedErrand }],
    }),
  );
  for (const id of failing) await jobWhen(host, id, ({ state }) => state === 'failed');
  // They run for as long as the world is looked at.
  await enqueue(jobs(18, { name: 'long report', demo: { tokens: 90_000, tokenMs: 400 } }));
  await enqueue(jobs(60, { name: 'tomorrow', delayMs: 20 * 3_600_000 }));
  const [basis] = await enqueue(jobs(1, { name: 'collect figures', delayMs: 3_600_000 }));
  if (basis !== undefined) {
    await enqueue(jobs(12, { name: 'monthly report', dependsOn: [{ jobId: basis, onFailure: 'fail' }] }));
  }
  await host.client.queue.pauseLane.mutate({ lane: 'low' });
  await enqueue(jobs(90, { name: 'night batch', lane: 'low' }));
  const cancelled = await enqueue(jobs(8, { name: 'obsolete', lane: 'low' }));
  for (const id of cancelled) await host.client.jobs.cancel.mutate({ id });
  return retried;
}

type Job = Parameters<TestHost['client']['jobs']['enqueueMany']['mutate']>[0]['jobs'][number];
