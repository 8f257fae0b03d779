/** Reads a planner's answer. Only its form is checked here; whether the plan can be carried out is for `planProblems`. */
import { z } from 'zod';
import { type Plan, PlannedTask } from '../../protocol/goals.ts';
import type { FinishReason } from '../../protocol/job.ts';
import { jsonIn } from './json-in.ts';
import { notWhole } from './whole-answer.ts';

/** A model that misunderstands everything gets no list as long as its answer. */
const maxProblems = 12;

const { shape } = PlannedTask;
/** Models without structured output number their tasks, and leave out or null what is empty. */
const nameOf = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (typeof value === 'number' ? String(value) : value), schema);
const emptyUnlessGiven = <Schema extends z.ZodType>(schema: Schema) => z.preprocess((value) => value ?? [], schema);

const LenientTask = PlannedTask.extend({
  id: nameOf(shape.id),
  dependsOn: emptyUnlessGiven(z.array(nameOf(shape.id)).transform((ids) => [...new Set(ids)])),
  result: z.preprocess((value) => value ?? 'document', shape.result),
  needs: emptyUnlessGiven(shape.needs),
});
const LenientPlan = z.object({ title: z.string().trim().min(1).max(200), tasks: z.array(LenientTask) });

/** `finishReason`: how the answer ended; a plan that was cut is no plan. The problems are sentences for the planner. */
export function readPlan(text: string, finishReason: FinishReason = 'stop'): { plan: Plan } | { problems: string[] } {
  const problem = notWhole(text, finishReason);
  if (problem !== undefined) return { problems: [problem] };
  const json = jsonIn(text);
  if (json === undefined) {
    return { problems: ['The answer is not JSON. Answer with the plan as one JSON object and nothing else.'] };
  }
  const read = LenientPlan.safeParse(json.value);
  return read.success ? { plan: read.data } : { problems: problemsOf(read.error) };
}

/** The array behind `SUBTASKS:`. */
export function readTasks(text: string): { tasks: PlannedTask[] } | { problems: string[] } {
  const json = jsonIn(text);
  if (json === undefined) return { problems: ['What follows SUBTASKS: is not JSON. Write one JSON array of tasks.'] };
  const read = z.array(LenientTask).min(1).safeParse(json.value);
  return read.success ? { tasks: read.data } : { problems: problemsOf(read.error) };
}

/** One sentence for each thing that is wrong, with the place where it is: `tasks[2].title: …`. */
export function problemsOf(error: z.ZodError): string[] {
  const sentences = error.issues.map(({ path, message }) => `${placeOf(path)}: ${message}.`);
  const more = sentences.length - maxProblems;
  return more <= 0 ? sentences : [...sentences.slice(0, maxProblems), `And ${more} more of the kind.`];
}

function placeOf(path: readonly PropertyKey[]): string {
  const place = path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./u, '');
  return place === '' ? 'The whole answer' : place;
}
