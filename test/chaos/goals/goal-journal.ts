/** The model of a run of goals: planner, agents, reviewer and composer at once, and the journal that it keeps. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { GoalJob } from '../../../src/protocol/goals.ts';
import { accept } from '../../support/goals.ts';
import { beginStream, openaiEvents, startModelServer } from '../../support/model-server.ts';
import type { GoalRun, Moment } from './goal-plan.ts';

export interface GoalModelCall {
  /** 1 for the goal's first request. */
  readonly serial: number;
  readonly purpose: GoalJob['purpose'];
  /** The task's; '' for the plan and the deliverable. */
  readonly key: string;
  readonly prompt: string;
  readonly answer: string;
  /** `whole`: the reader was there to the last byte. `cut`: it went before. */
  outcome: 'open' | 'whole' | 'cut';
}

export interface GoalModel extends AsyncDisposable {
  readonly env: Readonly<Record<string, string>>;
  /** Of the present goal. */
  readonly calls: readonly GoalModelCall[];
  /** From now on it plays this goal. */
  play(run: GoalRun): void;
  /** How far a call has come; called as often as it comes further. */
  onMoment: (call: GoalModelCall, moment: Moment) => void;
  readonly openSockets: number;
}

const pieces = 4;
const pieceMs = 8;

const Body = z.object({ messages: z.array(z.object({ role: z.string(), content: z.string() })) });

/** Names its task and its call: a result tells which request it came from. */
export const resultOf = (key: string, serial: number): string => `Result of ${key}, from call ${serial}.`;

export async function startGoalModel(): Promise<GoalModel> {
  let run: GoalRun | undefined;
  let calls: GoalModelCall[] = [];
  let onMoment: GoalModel['onMoment'] = () => undefined;

  const server = await startModelServer(async ({ body, response, ended }) => {
    const asked = Body.safeParse(body);
    if (!asked.success || run === undefined) {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ object: 'list', data: [{ id: 'test-model', object: 'model' }] }));
      return;
    }
    const prompt = asked.data.messages.map(({ content }) => content).join('\n');
    const purpose = purposeOf(prompt);
    const key = /title="Task (?<key>t\d+)" result=/u.exec(prompt)?.groups?.['key'] ?? '';
    const serial = calls.length + 1;
    const answer = answerOf(run, { purpose, key, serial });
    const call: GoalModelCall = { serial, purpose, key, prompt, answer, outcome: 'open' };
    calls.push(call);
    void ended.then((how) => (call.outcome = how === 'finished' ? 'whole' : 'cut'));
    onMoment(call, 'arrived');
    beginStream(response);
    response.write(openaiEvents.role());
    const length = Math.ceil(answer.length / pieces);
    for (let piece = 0; piece < pieces; piece += 1) {
      await sleep(pieceMs);
      if (response.destroyed) return;
      response.write(openaiEvents.text(answer.slice(piece * length, (piece + 1) * length)));
      if (piece === pieces / 2) onMoment(call, 'answering');
    }
    response.end(`${openaiEvents.finish()}${openaiEvents.usage(100, 20)}${openaiEvents.done()}`);
    onMoment(call, 'answered');
  });

  return {
    env: { OPENAI_BASE_URL: `${server.url}/v1`, OPENAI_API_KEY: 'sk-chaos-goals' },
    get calls() {
      return calls;
    },
    play(next) {
      run = next;
      calls = [];
    },
    get onMoment() {
      return onMoment;
    },
    set onMoment(listener) {
      onMoment = listener;
    },
    get openSockets() {
      return server.openSockets;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function answerOf(
  { plan }: GoalRun,
  { purpose, key, serial }: Pick<GoalModelCall, 'purpose' | 'key' | 'serial'>,
): string {
  switch (purpose) {
    case 'plan':
      return JSON.stringify({ ...plan, title: `Plan of call ${serial}` });
    case 'review':
      return accept(`${key} in a line`);
    case 'deliver':
      return `# Deliverable of call ${serial}\n\nAll of it.`;
    case 'work':
    case 'summary':
      return resultOf(key, serial);
    default:
      return purpose satisfies never;
  }
}

function purposeOf(prompt: string): GoalJob['purpose'] {
  if (prompt.endsWith('Answer with the plan.')) return 'plan';
  if (prompt.endsWith('Answer with your review.')) return 'review';
  if (prompt.endsWith('Answer with the deliverable.')) return 'deliver';
  if (prompt.endsWith('Answer with the result of your task.')) return 'work';
  throw new Error(`not a request of these goals: ${prompt.slice(-200)}`);
}
