/** A model server that plays its parts in a goal as a script says: planner, agents, reviewer, and who composes in the end. */
import { z } from 'zod';
import type { Plan, PlannedTask } from '../../src/protocol/goals.ts';
import { beginStream, openaiEvents, startModelServer, type Exchange, type ModelServer } from './model-server.ts';

/** What an agent writes; `refuse`: the provider's words in place of an answer; `hang`: words that nothing follows. */
export type Work = string | { readonly refuse: string } | { readonly hang: string };

export interface GoalScript {
  /** Words of the goal, by which its requests are known. */
  readonly about: string;
  readonly plan: Plan;
  /** By the task's title; `prompt`: all that it was told. */
  work(title: string, prompt: string): Work | Promise<Work>;
  readonly deliverable: string;
}

/** A task as a plan writes it; what is not given is what any would have. */
export function planned(task: Pick<PlannedTask, 'id' | 'title' | 'agent'> & Partial<PlannedTask>): PlannedTask {
  return {
    instructions: `${task.title}, in a few sentences.`,
    acceptance: ['It says what it is based on.', 'It is short.'],
    dependsOn: [],
    result: 'document',
    needs: [],
    ...task,
  };
}

const Asked = z.object({
  messages: z.array(z.object({ role: z.string(), content: z.string() })),
  response_format: z.object({ json_schema: z.object({ name: z.string() }) }).optional(),
});

/** What the script has for a request; undefined: the request has nothing to do with one of these goals. */
export async function goalAnswer(body: unknown, scripts: readonly GoalScript[]): Promise<Work | undefined> {
  const asked = Asked.safeParse(body);
  if (!asked.success) return undefined;
  const prompt = asked.data.messages
    .filter(({ role }) => role === 'user')
    .map(({ content }) => content)
    .join('\n');
  const script = scripts.find(({ about }) => prompt.includes(about));
  if (script === undefined || !/<goal-[0-9a-f]{8}/u.test(prompt)) return undefined;
  const title = /<task-[0-9a-f]{8}[^>\n]*title="(?<title>[^"]*)"/u.exec(prompt)?.groups?.['title'];
  const format = asked.data.response_format?.json_schema.name;
  if (format === 'plan') return JSON.stringify(script.plan);
  if (format === 'review') {
    return JSON.stringify({
      verdict: 'accept',
      reasons: [],
      summary: `${title ?? 'It'} is there and says what it has to.`,
    });
  }
  return title === undefined ? script.deliverable : script.work(title, prompt);
}

/** Answers in OpenAI's protocol. */
export function answerWith({ response }: Exchange, work: Work): void {
  if (typeof work === 'object' && 'refuse' in work) {
    response.writeHead(400, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: { message: work.refuse, type: 'error', code: null, param: null } }));
    return;
  }
  beginStream(response);
  response.write(openaiEvents.role());
  response.write(openaiEvents.text(typeof work === 'string' ? work : work.hang));
  if (typeof work === 'object') return;
  response.write(openaiEvents.finish());
  response.write(openaiEvents.usage(640, 180));
  response.end(openaiEvents.done());
}

/** One that knows nothing but these goals. */
export async function startGoalModel(
  scripts: readonly GoalScript[],
): Promise<ModelServer & { readonly env: Readonly<Record<string, string>> }> {
  const server = await startModelServer(async (exchange) => {
    if (exchange.request.method !== 'POST') {
      exchange.response.setHeader('content-type', 'application/json');
      exchange.response.end(JSON.stringify({ object: 'list', data: [{ id: 'test-model', object: 'model' }] }));
      return;
    }
    answerWith(exchange, (await goalAnswer(exchange.body, scripts)) ?? 'Yes.');
  });
  return { ...server, env: { OPENAI_API_KEY: 'test-key', OPENAI_BASE_URL: `${server.url}/v1` } };
}
