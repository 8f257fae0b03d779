/**
 * Goals: a layered graph of 200 tasks against the shortest time in which it can be done, 20 goals at once, and what a user's
 * message finds beside them. The demo takes every part and answers after a fixed time; plans are given, results not reviewed.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { laneCaps } from '../../../machines/policy/lane-shares.ts';
import { AgentSpec } from '../../../src/protocol/agents.ts';
import { StartGoal } from '../../../src/protocol/goal-inputs.ts';
import type { Plan } from '../../../src/protocol/goals.ts';
import type { AgentId, ConversationId, GoalId } from '../../../src/protocol/ids.ts';
import { startEngine, type BenchEngine } from '../bench-engine.ts';
import { atLeast, atMost } from '../figure.ts';
import { jobLooking } from '../jobs.ts';
import type { Measurement, MeasurementContext } from '../measurement.ts';
import { monotonicMs } from '../monotonic.ts';
import { noteSentTimes, type SentTimes } from '../sent-times.ts';
import { addProvider, jobFor, startModelServer } from '../start-model-server.ts';
import { ofRuns, quantile } from '../statistics.ts';

const layers = 10;
const layerWidth = 20;
const answerMs = 500;
const goalsAtOnce = 20;
const tasksOfEach = 20;
const messagesOfEach = 10;
const goalRatio = 1.1;
const goalFairness = 0.8;
/** As in `latency`. */
const goalP50Ms = 2;
const goalP99Ms = 10;

export const goals: Measurement = {
  name: 'goals',
  limitMs: 90_000,
  async run(context) {
    await layered(context, 32, context.quick ? 1 : 3);
    await layered(context, 10, 1);
    await manyAtOnce(context);
  },
};

/** From the start of the work to the last accepted result, over the best that the slots of the lane allow. */
async function layered(context: MeasurementContext, slots: number, runs: number): Promise<void> {
  await using bench = await startEngine(context.folder(), { poolMin: 1, poolMax: 1, slotsPerWorker: slots });
  const plan = layeredPlan(agentName(bench));
  const background = laneCaps(slots).background;
  const best = shortestMs(plan, background);
  const ratios: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const id = await startGoal(bench, plan, answerMs);
    await delivered(bench, id);
    ratios.push(workedMs(bench, id) / best);
  }
  const name = `200 tasks in 10 layers, over the best for ${background} of ${slots} slots`;
  const { value, spread } = ofRuns(ratios);
  context.note(`${name}: ${value.toFixed(3)} of ${(best / 1_000).toFixed(1)} s`);
  context.report({ name, value, unit: 'x', goal: atMost(value, goalRatio), ...(runs > 1 ? { spread } : {}) });
}

async function manyAtOnce(context: MeasurementContext): Promise<void> {
  const slots = 10;
  using server = await startModelServer();
  const sent = noteSentTimes(context.folder());
  await using bench = await startEngine(
    context.folder(),
    { poolMin: 1, poolMax: 1, slotsPerWorker: slots, writeTitles: false },
    sent.entry,
  );
  await addProvider(bench.engine, server);
  const plan = widePlan(agentName(bench));
  const agentId = await agentOf(bench, jobFor({ do: 'answer', tag: '' }).model);
  await messages(bench, agentId, sent, 20, () => true);

  const ids: GoalId[] = [];
  for (let goal = 0; goal < goalsAtOnce; goal += 1) {
    // Not all in step: models do not answer so.
    ids.push(await startGoal(bench, plan, 200 + 5 * goal));
  }
  let underWay = true;
  const all = Promise.all(ids.map((id) => delivered(bench, id))).finally(() => (underWay = false));
  const delays = await messages(bench, agentId, sent, 400, () => underWay);
  await all;

  const fairness = least(bench, ids);
  context.note(`20 goals at once: the slowest had ${(fairness * 100).toFixed(0)} % of the mean at half time`);
  const [p50, p99] = [quantile(delays, 0.5), quantile(delays, 0.99)];
  context.note(`${delays.length} messages meanwhile: p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`);
  const name = `a message while ${goalsAtOnce} goals are under way, to worker`;
  context.report(
    {
      name: `${goalsAtOnce} goals at once: tasks done of the slowest, over the mean, at half time`,
      value: fairness,
      unit: 'x',
      goal: atLeast(fairness, goalFairness),
    },
    { name: `${name}, p50`, value: p50, unit: 'ms', goal: atMost(p50, goalP50Ms) },
    { name: `${name}, p99`, value: p99, unit: 'ms', goal: atMost(p99, goalP99Ms) },
  );
}

/** Each task builds on three of the layer before. */
function layeredPlan(agent: string): Plan {
  const key = (layer: number, at: number): string => `t${layer}-${at % layerWidth}`;
  return planOf(
    agent,
    Array.from({ length: layers * layerWidth }, (_, index) => {
      const [layer, at] = [Math.floor(index / layerWidth), index % layerWidth];
      const dependsOn = layer === 0 ? [] : [0, 7, 13].map((step) => key(layer - 1, at + step));
      return { id: key(layer, at), dependsOn };
    }),
  );
}

function widePlan(agent: string): Plan {
  return planOf(
    agent,
    Array.from({ length: tasksOfEach }, (_, at) => ({ id: `t${at}`, dependsOn: [] })),
  );
}

function planOf(agent: string, tasks: readonly { id: string; dependsOn: string[] }[]): Plan {
  return {
    title: 'A plan',
    tasks: tasks.map(({ id, dependsOn }) => ({
      id,
      title: `Task ${id}`,
      instructions: `Write ${id}.`,
      acceptance: ['It is there.'],
      agent,
      dependsOn,
      result: 'document',
      needs: [],
    })),
  };
}

/** The least time in which a pool without any cost of its own does it, each task beginning as soon as it can. */
function shortestMs({ tasks }: Plan, slots: number): number {
  const done = new Set<string>();
  let rounds = 0;
  // All answers take the same time, so the slots are free together.
  for (; done.size < tasks.length; rounds += 1) {
    const ready = tasks.filter(({ id, dependsOn }) => !done.has(id) && dependsOn.every((other) => done.has(other)));
    for (const { id } of ready.slice(0, slots)) done.add(id);
  }
  return rounds * answerMs;
}

function agentName({ engine }: BenchEngine): string {
  return engine.agents.list()[0]?.name ?? '';
}

let requests = 0;
const requestId = (): string => `bench-goals-${process.pid}-${(requests += 1)}`;

async function startGoal({ engine }: BenchEngine, plan: Plan, firstContentMs: number): Promise<GoalId> {
  const { id: conversationId } = await engine.conversations.create({ requestId: requestId() });
  const input = StartGoal.parse({
    requestId: requestId(),
    conversationId,
    text: 'Write it all.',
    plan,
    options: { automatic: true, review: false },
    // Short, so that no reader needs a summary: the demo's context is small.
    demo: { firstContentMs, tokenMs: 0, tokens: 8 },
  });
  return (await engine.goals.start(input)).id;
}

async function delivered({ engine }: BenchEngine, id: GoalId): Promise<void> {
  const watch = new AbortController();
  const { conversationId } = engine.goals.get(id).goal;
  try {
    for await (const [goal] of engine.goals.watchConversation(conversationId, watch.signal)) {
      if (goal?.state === 'delivered') return;
      if (goal?.state !== 'working' && goal?.state !== 'delivering') throw new Error(`a goal is ${goal?.state}`);
    }
  } finally {
    watch.abort();
  }
}

function workedMs({ engine }: BenchEngine, id: GoalId): number {
  const { events } = engine.goals.timeline({ id, limit: 500 });
  const at = (type: string): number => events.find((event) => event.type === type)?.at ?? Number.NaN;
  return at('delivering') - engine.goals.get(id).goal.createdAt;
}

/** When half of all tasks are done: of the goal with the fewest, over the mean. */
function least({ engine }: BenchEngine, ids: readonly GoalId[]): number {
  const ends = ids.flatMap((id) =>
    engine.goals.get(id).tasks.map(({ endedAt }) => ({ id, endedAt: endedAt ?? Infinity })),
  );
  const half = ends.toSorted((a, b) => a.endedAt - b.endedAt).slice(0, Math.floor(ends.length / 2));
  const counts = ids.map((id) => half.filter((end) => end.id === id).length);
  return Math.min(...counts) / (half.length / ids.length);
}

async function agentOf({ engine }: BenchEngine, model: string): Promise<AgentId> {
  const agent = AgentSpec.parse({ name: 'Bench', model });
  return (await engine.agents.create({ requestId: requestId(), agent })).id;
}

/**
 * One message after the other, a few in each conversation, until `most` are answered or `goesOn` says no: of each the time from
 * the call to its arrival at the worker.
 */
async function messages(
  { engine }: BenchEngine,
  agentId: AgentId,
  sent: SentTimes,
  most: number,
  goesOn: () => boolean,
): Promise<number[]> {
  const before = sent.read().arrived.length;
  const calls: number[] = [];
  let conversationId = '' as ConversationId;
  while (calls.length < most && goesOn()) {
    if (calls.length % messagesOfEach === 0) {
      conversationId = (await engine.conversations.create({ requestId: requestId(), agentId })).id;
    }
    const text = JSON.stringify({ do: 'answer', tag: `message-${calls.length}` });
    calls.push(monotonicMs());
    const { jobId } = await engine.conversations.send({ requestId: requestId(), conversationId, text });
    if (jobId === null) throw new Error('a message has no job');
    await jobLooking(engine, jobId, ({ state }) => state === 'completed');
    await sleep(10 + Math.random() * 10);
  }
  const arrived = sent.read().arrived.slice(before);
  if (arrived.length !== calls.length) throw new Error(`${arrived.length} arrivals of ${calls.length} messages`);
  return arrived.map((at, index) => at - (calls[index] ?? Number.NaN));
}
