/**
 * The shapes of what planners and reviewers answer with, as JSON Schema. Every provider that knows structured output is given
 * them (the worker brings them into its form), and every prompt shows them, so that a model without it answers the same.
 */
import { z } from 'zod';
import { Plan, PlannedTask, Review } from '../../protocol/goals.ts';
import type { AnswerFormat } from '../../protocol/request.ts';

export const planFormat: AnswerFormat = { name: 'plan', schema: schemaOf(Plan) };
export const reviewFormat: AnswerFormat = { name: 'review', schema: schemaOf(Review) };

/** The plan's shape where only these agents may be named. */
export function planFormatFor(agents: readonly string[]): AnswerFormat {
  return { name: planFormat.name, schema: schemaOf(Plan.extend({ tasks: z.array(taskFor(agents)) })) };
}

/** The shape of one task for one of these agents. */
export function taskSchemaFor(agents: readonly string[]): Record<string, unknown> {
  return schemaOf(taskFor(agents));
}

function taskFor(agents: readonly string[]): z.ZodType {
  return agents.length === 0 ? PlannedTask : PlannedTask.extend({ agent: z.enum([...new Set(agents)]) });
}

/** Without zod's own mark of the dialect, which providers do not expect. */
function schemaOf(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: 'output' });
  return rest;
}
