/** The real host with one SDK at aimock, which plays its parts in goals; with a lead, a writer, a reviewer and one of little context. */
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { StartGoal } from '../../src/protocol/goal-inputs.ts';
import type { GoalDetails, TaskView } from '../../src/protocol/goal-views.ts';
import type { GoalState, Plan } from '../../src/protocol/goals.ts';
import { splitModel, type AgentId, type GoalId } from '../../src/protocol/ids.ts';
import { converse } from './chat.ts';
import { intentionOf, playParts, type Parts, type PlayedParts } from './goal-aimock.ts';
import { startHost, type TestHost } from './host.ts';
import { startModel } from './model.ts';

export interface NewGoal {
  readonly options?: z.input<typeof StartGoal>['options'];
  readonly plan?: Plan;
  /** What each answer says it took. */
  readonly inputTokens?: number;
}

export interface GoalHost extends AsyncDisposable {
  readonly client: TestHost['client'];
  readonly parts: PlayedParts;
  /** Automatic, unless the options say otherwise. */
  start(name: string, script: Parts, goal?: NewGoal): Promise<GoalId>;
  /** The first state, present or to come, for which `match` holds; rejects after 25 s. */
  when(id: GoalId, match: (details: GoalDetails) => boolean): Promise<GoalDetails>;
  reaches(id: GoalId, state: GoalState): Promise<GoalDetails>;
}

const limitMs = 25_000;
/** Of the agent `Small`; the answer of an agent takes 500 of them. */
const smallContext = 6_000;

export async function startGoalHost(provider: 'openai' | 'anthropic'): Promise<GoalHost> {
  const model = await startModel();
  const parts = playParts(model.mock);
  const own = `${provider.toUpperCase()}_`;
  const env = Object.fromEntries(Object.entries(model.env).filter(([name]) => name.startsWith(own)));
  const host = await startHost({ env });
  const { client } = host;
  const agents = await createAgents(host, provider);

  const when: GoalHost['when'] = (id, match) => {
    const { promise, resolve, reject } = Promise.withResolvers<GoalDetails>();
    let last: GoalDetails | undefined;
    const limit = setTimeout(() => reject(new Error(`waited in vain; the last: ${JSON.stringify(last)}`)), limitMs);
    const onData = (details: GoalDetails): void => {
      last = details;
      if (match(details)) resolve(details);
    };
    const watch = client.goals.watch.subscribe({ id }, { onData, onError: reject });
    return promise.finally(() => {
      clearTimeout(limit);
      watch.unsubscribe();
    });
  };

  return {
    client,
    parts,
    async start(name, script, { options, plan, inputTokens } = {}) {
      parts.script(name, script, inputTokens);
      const { id } = await client.goals.start.mutate({
        requestId: randomUUID(),
        conversationId: await converse(host, agents.lead),
        text: intentionOf(name),
        agentIds: [agents.writer, agents.small],
        reviewerId: agents.reviewer,
        options: { automatic: true, ...options },
        ...(plan === undefined ? {} : { plan }),
      });
      return id;
    },
    when,
    reaches: (id, state) => when(id, ({ goal }) => goal.state === state),
    async [Symbol.asyncDispose]() {
      await host.close();
      await model[Symbol.asyncDispose]();
    },
  };
}

export function taskOf({ tasks }: GoalDetails, key: string): TaskView {
  const found = tasks.find((task) => task.key === key);
  if (found === undefined) throw new Error(`there is no task ${key}`);
  return found;
}

async function createAgents(
  { client }: TestHost,
  provider: string,
): Promise<Record<'lead' | 'writer' | 'reviewer' | 'small', AgentId>> {
  const [first] = await client.agents.list.query();
  if (first === undefined || splitModel(first.model).provider !== provider) {
    throw new Error(`the default agent is not of ${provider}`);
  }
  await client.providers.editModel.mutate({ provider, model: { id: 'small', contextTokens: smallContext } });
  const create = async (name: string, model: string = first.model): Promise<AgentId> => {
    const agent = { name, model, systemPrompt: `You are ${name}.`, params: { maxOutputTokens: 500 } };
    return (await client.agents.create.mutate({ requestId: randomUUID(), agent })).id;
  };
  return {
    lead: await create('Lead'),
    writer: await create('Writer'),
    reviewer: await create('Reviewer'),
    small: await create('Small', `${provider}/small`),
  };
}
