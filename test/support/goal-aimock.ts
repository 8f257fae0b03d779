/**
 * aimock as planner, agents, reviewer and composer of goals: each request is answered by the part that it asks for, of the goal
 * whose name is in its intention, or in the titles of its tasks.
 *
 *     const parts = playParts(model.mock);
 *     parts.script('shop', { plan: () => planFor('shop', { a: [], b: ['a'] }) });
 */
import type { ChatCompletionRequest, FixtureResponse, LLMock } from '@copilotkit/aimock';
import type { GoalJob, Plan, PlannedTask } from '../../src/protocol/goals.ts';

export interface PartCall {
  readonly purpose: GoalJob['purpose'];
  /** The task's id within its plan; '' for calls of the goal itself. */
  readonly key: string;
  /** How often this was asked for before. */
  readonly nth: number;
  readonly system: string;
  /** All turns, one after the other. */
  readonly prompt: string;
  readonly request: ChatCompletionRequest;
}

/** A text: that is the answer. A number: the HTTP status of a refusal. */
export type Part = (call: PartCall) => string | number;
export type Parts = Partial<Record<GoalJob['purpose'], Part>>;

export interface PlayedParts {
  /** `name`: what the goal is about. What is not given goes well. `inputTokens`: what each answer says it took; 100. */
  script(name: string, parts: Parts, inputTokens?: number): void;
  /** In the order in which they arrived. */
  of(name: string, purpose?: GoalJob['purpose'], key?: string): PartCall[];
}

const usualInput = 100;
const outputTokens = 20;
/** What an answer takes. */
export const tokensOfAnswer = usualInput + outputTokens;

export function planFor(
  name: string,
  edges: Readonly<Record<string, readonly string[]>>,
  more: (id: string) => Partial<PlannedTask> = () => ({}),
): Plan {
  return {
    title: `Plan of ${name}`,
    tasks: Object.entries(edges).map(([id, dependsOn]) => ({
      id,
      title: `${name} task ${id}`,
      instructions: `Write ${id}.`,
      acceptance: [`It is about ${id}.`],
      agent: 'Writer',
      dependsOn: [...dependsOn],
      result: 'document',
      needs: [],
      ...more(id),
    })),
  };
}

export const intentionOf = (name: string): string => `Write all about ${name}.`;

export const acceptance = (summary: string): string => JSON.stringify({ verdict: 'accept', reasons: [], summary });
export const sendingBack = (...reasons: string[]): string =>
  JSON.stringify({ verdict: 'send-back', reasons, summary: '' });

const usual: Record<GoalJob['purpose'], Part> = {
  plan: () => 500,
  work: ({ key }) => `The result of ${key}.`,
  review: ({ key }) => acceptance(`${key} in a line`),
  summary: ({ key }) => `${key}, in short.`,
  deliver: () => '# The deliverable\n\nAll of it.',
};

export function playParts(mock: LLMock): PlayedParts {
  const scripts = new Map<string, { parts: Parts; inputTokens: number }>();
  const calls = new Map<string, PartCall[]>();
  const of: PlayedParts['of'] = (name, purpose, key) =>
    (calls.get(name) ?? []).filter(
      (call) => (purpose === undefined || call.purpose === purpose) && (key === undefined || call.key === key),
    );

  mock.on({}, (request): FixtureResponse => {
    const said = (role: string): string =>
      request.messages
        .filter((message) => message.role === role)
        .map(({ content }) =>
          typeof content === 'string' ? content : (content ?? []).map(({ text }) => text).join(''),
        )
        .join('\n');
    const user = said('user');
    const [name, script] = [...scripts].find(([one]) => isOf(user, one)) ?? [];
    if (name === undefined || script === undefined) throw new Error(`a request of no goal: ${user}`);
    const purpose = purposeOf(user);
    const key = keyOf(user, name);
    const prompt = [user, said('assistant')].join('\n');
    const call = { purpose, key, nth: of(name, purpose, key).length, system: said('system'), prompt, request };
    calls.set(name, [...of(name), call]);
    const answer = (script.parts[purpose] ?? usual[purpose])(call);
    return typeof answer === 'string'
      ? { content: answer, usage: usageOf(script.inputTokens) }
      : { error: { message: `refused by ${name}`, type: 'invalid_request_error' }, status: answer };
  });
  return { script: (name, parts, inputTokens = usualInput) => void scripts.set(name, { parts, inputTokens }), of };
}

/** In the words of both protocols. */
function usageOf(inputTokens: number): Record<string, number> {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    input_tokens: inputTokens,
    output_tokens: outputTokens,
  };
}

/** By its intention; summaries are asked for without it. */
function isOf(prompt: string, name: string): boolean {
  return prompt.includes(intentionOf(name)) || prompt.includes(`title="${name} task `);
}

/** By what the prompt asks for in the end. */
function purposeOf(prompt: string): GoalJob['purpose'] {
  if (prompt.startsWith('Plan the work on this goal:')) return 'plan';
  if (prompt.startsWith('Shorten this text:')) return 'summary';
  if (prompt.endsWith('Answer with your review.')) return 'review';
  if (prompt.endsWith('Answer with the deliverable.')) return 'deliver';
  return 'work';
}

function keyOf(prompt: string, name: string): string {
  const tag = prompt.startsWith('Shorten this text:') ? 'result' : 'task';
  const form = new RegExp(`<${tag}-[0-9a-f]{8}[^>\\n]* title="${name} task (?<key>[^"]*)"`, 'u');
  return form.exec(prompt)?.groups?.['key'] ?? '';
}
