/** Without a key, a goal goes its whole way: what the demo answers to each of its prompts is what they ask for. */
import { describe, expect, it } from 'vitest';
import { planProblems } from '../../machines/policy/plan-problems.ts';
import { planFormatFor, reviewFormat } from '../../src/engine/goals/formats.ts';
import { readDeliverable } from '../../src/engine/goals/read-deliverable.ts';
import { readPlan } from '../../src/engine/goals/read-plan.ts';
import { readReview } from '../../src/engine/goals/read-review.ts';
import { readWork } from '../../src/engine/goals/read-work.ts';
import {
  deliverPrompt,
  planPrompt,
  type Prompt,
  reviewPrompt,
  summaryPrompt,
  workPrompt,
} from '../../src/engine/goals/words.ts';
import type { Plan } from '../../src/protocol/goals.ts';
import type { AnswerFormat, DemoOptions } from '../../src/protocol/request.ts';
import { demo } from '../../src/worker/providers/demo.ts';
import { askProvider } from '../support/ask-provider.ts';
import { demoConnection } from '../support/worker-probe.ts';

const fast: DemoOptions = { firstContentMs: 0, tokenMs: 0 };
const goal = { title: '', intention: 'Write a guide to\nour office plants.' };
const agents = ['Ada', 'Grace "the" Hopper'].map((name) => ({ name, systemPrompt: `You are ${name}.` }));
const [ada = { name: '', systemPrompt: '' }] = agents;

async function answerTo({ system, messages }: Prompt, format?: AnswerFormat, options = fast): Promise<string> {
  const asked = askProvider(demo, demoConnection, {
    model: 'demo',
    system,
    messages,
    params: {},
    demo: options,
    ...(format === undefined ? {} : { format }),
  });
  expect(await asked.outcome).toMatchObject({ type: 'answered', finishReason: 'stop' });
  return asked.text();
}

const planFor = (intention: string, more: Partial<Parameters<typeof planPrompt>[0]> = {}) =>
  planPrompt({ goal: { title: '', intention }, planner: ada, agents, maxTasks: 60, ...more });
const format = planFormatFor(agents.map(({ name }) => name));

async function planOf(prompt: Prompt, options = fast): Promise<Plan> {
  const read = readPlan(await answerTo(prompt, format, options));
  if ('problems' in read) throw new Error(read.problems.join('\n'));
  return read.plan;
}

describe('the demo in a goal', () => {
  it.each(['x', 'xx', 'xxx', 'Build a rocket, and tell nobody.', '計画'])(
    'plans 4 to 6 tasks for %j',
    async (intention) => {
      const plan = await planOf(planFor(intention));
      expect(planProblems(plan, { agents: agents.map(({ name }) => name), maxTasks: 60 })).toEqual([]);
      expect(plan.tasks.length).toBeGreaterThanOrEqual(4);
      expect(plan.tasks.length).toBeLessThanOrEqual(6);
      expect(new Set(plan.tasks.map(({ agent }) => agent)).size).toBe(2);
      expect(plan.tasks.filter(({ dependsOn }) => dependsOn.length > 0).length).toBeGreaterThanOrEqual(3);
      expect(await planOf(planFor(intention))).toEqual(plan);
    },
  );

  it('plans and reviews in full, whatever length is asked for', async () => {
    expect(await planOf(planFor('x'), { ...fast, tokens: 3 })).toEqual(await planOf(planFor('x')));
  });

  it('takes a change up', async () => {
    const plan = await planOf(planFor('x'));
    const changed = await planOf(planFor('x', { change: { plan, note: 'Add a joke.' } }));
    expect(changed.tasks.map(({ title }) => title)).toContain('Add a joke.');
  });

  it('works on a task, accepts the result, and composes all of them', async () => {
    const { title, tasks } = await planOf(planFor(goal.intention));
    const [task] = tasks;
    if (task === undefined) throw new Error('there is no task');
    const basis = { key: 'k', title: 'Before', agentName: 'Ada', text: 'Earlier words.', isSummary: false };
    const words = { goal: { ...goal, title }, task, results: [basis], gaps: [], answers: [] };

    const text = await answerTo(workPrompt({ ...words, agent: ada }));
    expect(readWork(text)).toMatchObject({ kind: 'result' });
    expect(text).toContain(`## ${task.title}`);
    expect(text).toContain('not by a language model');
    expect(text).toContain('- Before, by Ada');

    const review = await answerTo(
      reviewPrompt({ ...words, reviewer: ada, agentName: 'Ada', result: text, earlier: [] }),
      reviewFormat,
    );
    expect(readReview(review)).toMatchObject({
      review: { verdict: 'accept', summary: expect.stringContaining(task.title) },
    });

    const result = { key: task.id, title: task.title, agentName: 'Ada', text, isSummary: false };
    const summary = await answerTo(summaryPrompt({ agent: ada, result, tokens: 100 }));
    expect(summary).toContain(task.title);

    const delivered = await answerTo(deliverPrompt({ goal: words.goal, composer: ada, results: [result], gaps: [] }));
    const [document, ...others] = readDeliverable(delivered, new Map([[task.id, text]]));
    expect(others).toEqual([]);
    expect(document?.text).toContain(`# ${title}`);
    expect(document?.text).toContain(text);
  });

  it('is its usual self in a conversation about tags', async () => {
    const content = 'What is <task-title> for?';
    expect(await answerTo({ system: '', messages: [{ role: 'user', content }] })).toContain(`> ${content}`);
  });
});
