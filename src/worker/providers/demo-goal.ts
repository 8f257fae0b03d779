/**
 * The demo's part in a goal: it plans, works, reviews and composes, so that the whole way can be seen without a key. It reads
 * the tags that the prompts of goals put around what they show (`<task-1f2e3d4c title="…">`), and the agents' names from the
 * shape of the plan. The same request always gets the same answer. What it writes says that no model wrote it.
 */
import { z } from 'zod';
import type { PlannedTask, Review } from '../../protocol/goals.ts';
import { textOf, type LlmRequest } from '../../protocol/request.ts';

interface Tagged {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
}

const tagged = /<([a-z]+)-([0-9a-f]{8})([^>\n]*)>\n([\s\S]*?)\n<\/\1-\2>/gu;
const attribute = /([a-z]+)="([^"]*)"/gu;
const titleChars = 60;
const quoteChars = 280;

const label = '**Written by the built-in demo of Nightshift, not by a language model.**';

/** Undefined when the request has nothing to do with a goal. */
export function demoGoalAnswer(request: LlmRequest): string | undefined {
  const pieces = request.messages.flatMap((message) => (message.role === 'user' ? piecesOf(textOf(message)) : []));
  const named = (tag: string): Tagged | undefined => pieces.findLast((piece) => piece.tag === tag);
  const results = pieces.filter(({ tag }) => tag === 'result');
  const goal = named('goal');
  const task = named('task');
  if (request.format?.name === 'plan') return JSON.stringify(planOf(request, goal, named('change')));
  if (request.format?.name === 'review') return JSON.stringify(reviewOf(task));
  if (request.format !== undefined) return undefined;
  if (task !== undefined) return work(task, results);
  if (goal !== undefined) return deliverable(goal, results);
  const [only] = results;
  return only === undefined || pieces.length > 1 ? undefined : summary(only);
}

/** Whether the answer has a form that filler text would not have. */
export function needsForm({ format }: LlmRequest): boolean {
  return format?.name === 'plan' || format?.name === 'review';
}

function piecesOf(text: string): Tagged[] {
  return [...text.matchAll(tagged)].map(([, tag = '', , attributes = '', inner = '']) => ({
    tag,
    attributes: Object.fromEntries(
      [...attributes.matchAll(attribute)].map(([, name = '', value = '']) => [name, value]),
    ),
    text: inner,
  }));
}

interface Part {
  id: string;
  title: string;
  write: string;
  after: string[];
  result: PlannedTask['result'];
}

/** Wide at first, together in the end. The first four are always there. */
const parts: readonly Part[] = [
  {
    id: 'scope',
    title: 'What it is about',
    write: 'Say what belongs to the goal and what does not.',
    after: [],
    result: 'analysis',
  },
  { id: 'draft', title: 'First draft', write: 'Write the main part.', after: ['scope'], result: 'document' },
  {
    id: 'risks',
    title: 'What can go wrong',
    write: 'List what can go wrong, and what to do then.',
    after: ['scope'],
    result: 'analysis',
  },
  {
    id: 'guide',
    title: 'How to use it',
    write: 'Write a short guide to what was made.',
    after: ['draft', 'risks'],
    result: 'document',
  },
  { id: 'figures', title: 'Figures', write: 'Put the figures that matter into a table.', after: [], result: 'data' },
  {
    id: 'example',
    title: 'An example',
    write: 'Write an example that can be tried.',
    after: ['draft', 'figures'],
    result: 'code',
  },
];
const alwaysThere = 4;

function planOf(request: LlmRequest, goal: Tagged | undefined, change: Tagged | undefined): unknown {
  const intention = goal?.text ?? '';
  const agents = agentsIn(request.format?.schema);
  const more = [...intention].length % (parts.length - alwaysThere + 1);
  const chosen = parts.slice(0, alwaysThere + more);
  if (change !== undefined) {
    const write = `Take up what the user wants changed: ${short(change.text, quoteChars)}`;
    chosen.push({ id: 'change', title: short(change.text, titleChars), write, after: ['draft'], result: 'document' });
  }
  const ids = new Set(chosen.map(({ id }) => id));
  const tasks = chosen.map(({ id, title, write, after, result }, index): PlannedTask => ({
    id,
    title,
    instructions: `${write} The goal: ${short(intention, quoteChars)}`,
    acceptance: ['It is there, and says that the demo wrote it.', 'It names what it builds on.'],
    agent: agents[index % agents.length] ?? '',
    dependsOn: after.filter((other) => ids.has(other)),
    result,
    needs: [],
  }));
  return { title: short(intention, titleChars), tasks };
}

const PlanShape = z.object({
  properties: z.object({
    tasks: z.object({
      items: z.object({ properties: z.object({ agent: z.object({ enum: z.array(z.string()).min(1) }) }) }),
    }),
  }),
});

/** Nobody is known by name where the shape allows any: the planner then hears that its agent does not exist. */
function agentsIn(schema: unknown): readonly string[] {
  const shape = PlanShape.safeParse(schema);
  return shape.success ? shape.data.properties.tasks.items.properties.agent.enum : ['Demo'];
}

function reviewOf(task: Tagged | undefined): Review {
  const title = task?.attributes['title'] ?? 'the task';
  return { verdict: 'accept', reasons: [], summary: `A text of the demo for “${title}”, accepted unread` };
}

function work({ attributes, text }: Tagged, results: readonly Tagged[]): string {
  const [instructions = '', criteria = ''] = text.split('\n\nAcceptance criteria:\n');
  const basis = results.map((result) => `- ${result.attributes['title'] ?? ''}, by ${result.attributes['by'] ?? ''}`);
  return [
    `## ${attributes['title'] ?? 'Result'}`,
    label,
    'A real agent would have been asked for this:',
    quoted(instructions),
    ...(basis.length === 0 ? [] : [`It would have built on:\n\n${basis.join('\n')}`]),
    `Its reviewer would have looked for:\n\n${criteria.trim()}`,
  ].join('\n\n');
}

/** With every result word for word, by the line that stands for it. */
function deliverable({ attributes, text }: Tagged, results: readonly Tagged[]): string {
  return [
    `# ${attributes['title'] ?? short(text, titleChars)}`,
    label,
    `This is where the deliverable would be for:\n\n${quoted(text)}`,
    'The plan, its order, the reviews and this document took the same way that real ones take. What follows are the results ' +
      `of ${results.length === 1 ? 'the one task' : `the ${results.length} tasks`}, as they were accepted.`,
    ...results.map((result) => `<<<RESULT ${result.attributes['task'] ?? ''}>>>`),
    'Add a provider with a key, or a local one, to see agents do the work.',
  ].join('\n\n');
}

function summary({ attributes, text }: Tagged): string {
  return `${label}\n\nThe beginning of “${attributes['title'] ?? ''}”:\n\n${quoted(text)}`;
}

function quoted(text: string): string {
  return short(text.trim(), quoteChars, '\n')
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n');
}

function short(text: string, most: number, breaks = ' '): string {
  const words = text.trim().replaceAll(/\s*\n\s*/gu, breaks);
  const characters = [...words];
  return characters.length <= most
    ? words
    : `${characters
        .slice(0, most - 1)
        .join('')
        .trimEnd()}…`;
}
