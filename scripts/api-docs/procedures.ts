/** Every procedure of the router, read from the router itself. */
import { z } from 'zod';
import { appRouter } from '../../src/api/router.ts';
import * as agents from '../../src/protocol/agents.ts';
import * as api from '../../src/protocol/api.ts';
import * as ids from '../../src/protocol/ids.ts';
import * as job from '../../src/protocol/job.ts';
import { LaneCounts, PoolView } from '../../src/protocol/pool.ts';
import * as provider from '../../src/protocol/provider.ts';
import { ProviderView } from '../../src/protocol/provider-api.ts';
import * as request from '../../src/protocol/request.ts';
import * as views from '../../src/protocol/views.ts';
import { StreamPart, WorkerStats } from '../../src/protocol/worker.ts';
import { parseSchema, type Schema } from './type-text.ts';

export interface ProcedureDoc {
  /** `conversations.send` */
  path: string;
  kind: 'query' | 'mutation' | 'subscription';
  summary: string;
  refusals: readonly string[];
  input: Schema | undefined;
  output: Schema | undefined;
  yields: Schema | undefined;
}

/** The names under which types appear: those that the protocol exports them by. The last ones are the page's own words. */
const names = z.registry<{ id: string }>();
const inputNames = {
  JobSpec: api.JobSpec,
  AgentSpec: agents.AgentSpec,
  AgentFile: agents.AgentFile,
  AgentColor: agents.AgentColor,
  AgentLimitKind: agents.AgentLimitKind,
  AgentToday: agents.AgentToday,
  ProviderSpec: api.ProviderSpec,
  Settings: api.Settings,
};
const { AgentView, AgentListView } = agents;
const viewNames = { AgentView, AgentListView, LaneCounts, PoolView, ProviderView, StreamPart, WorkerStats };
for (const module of [ids, job, provider, request, views, inputNames, viewNames]) {
  for (const [id, schema] of Object.entries(module)) {
    if (schema instanceof z.ZodType) names.add(schema, { id });
  }
}

/** Outputs are said to have no further properties and inputs are not; to a reader that is the same type. */
function open({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
}

/** At run time a router's procedures are flat: functions by path, each with its definition. */
const Procedures = z.record(
  z.string(),
  z.custom<{ _def: unknown }>((value) => typeof value === 'function' && '_def' in value),
);
const Definition = z.object({
  type: z.enum(['query', 'mutation', 'subscription']),
  meta: z.object({
    summary: z.string(),
    refusals: z.array(z.string()).default([]),
    yields: z.instanceof(z.ZodType).optional(),
  }),
  inputs: z.array(z.instanceof(z.ZodType)).max(1),
  output: z.instanceof(z.ZodType).optional(),
});

export interface ApiDocs {
  procedures: ProcedureDoc[];
  /** Named types that they use, by name. */
  types: ReadonlyMap<string, Schema>;
}

/** Throws when a procedure lacks what the page needs: a summary, an output, or what a subscription yields. */
export function readRouter(): ApiDocs {
  const types = new Map<string, Schema>();

  function describe(schema: z.ZodType | undefined, io: 'input' | 'output'): Schema | undefined {
    if (schema === undefined) return undefined;
    const { $defs = {}, ...own } = parseSchema(z.toJSONSchema(schema, { metadata: names, io, override: open }));
    for (const [name, type] of Object.entries($defs)) {
      const known = types.get(name);
      if (known !== undefined && JSON.stringify(known) !== JSON.stringify(type)) {
        throw new Error(`${name} reads differently as an input and as an output: give the two different names`);
      }
      types.set(name, type);
    }
    return own;
  }

  const procedures = Object.entries(Procedures.parse(appRouter._def.procedures)).map(
    ([path, procedure]): ProcedureDoc => {
      const { type, meta, inputs, output } = Definition.parse(procedure._def);
      if (type === 'subscription' ? meta.yields === undefined : output === undefined) {
        throw new Error(`${path} does not say what it ${type === 'subscription' ? 'yields' : 'returns'}`);
      }
      return {
        path,
        kind: type,
        summary: meta.summary,
        refusals: meta.refusals,
        input: describe(inputs[0], 'input'),
        output: describe(output, 'output'),
        yields: describe(meta.yields, 'output'),
      };
    },
  );
  return { procedures, types: new Map([...types].toSorted(([a], [b]) => a.localeCompare(b, 'en'))) };
}
