/** Providers. */
import { z } from 'zod';
import * as api from '../../protocol/api.ts';
import { Failure } from '../../protocol/job.ts';
import {
  EditModel,
  ForgetModel,
  FoundServer,
  ModelDetail,
  ProviderTrial,
  ProviderUses,
  ProviderView,
  TryProvider,
} from '../../protocol/provider-api.ts';
import { Done, done, never } from './parts.ts';
import { procedure, router } from '../trpc.ts';

export const providers = router({
  list: procedure
    .meta({ summary: 'All providers with their state; never their keys.' })
    .output(z.array(ProviderView))
    .query(({ ctx }) => ctx.engine.providers.list()),
  watch: procedure
    .meta({ summary: 'All providers, whenever one of them changes.', yields: z.array(ProviderView) })
    .subscription(({ ctx, signal }) => ctx.engine.providers.watch(signal ?? never)),
  test: procedure
    .meta({
      summary: 'Makes a real call from a worker and says what came back. Keeps the list of models when there is one.',
      refusals: ['NOT_FOUND'],
    })
    .input(api.ProviderRef)
    .output(
      z.object({ ok: z.boolean(), message: z.string(), failure: Failure.nullable(), models: z.array(z.string()) }),
    )
    .mutation(({ ctx, input }) => ctx.engine.providers.test(input.id)),
  tryOut: procedure
    .meta({
      summary: 'The same for settings that are not kept (yet), and with a model a short question to it.',
      refusals: ['BAD_REQUEST', 'CONFLICT'],
    })
    .input(TryProvider)
    .output(ProviderTrial)
    .mutation(({ ctx, input }) => ctx.engine.providers.tryOut(input)),
  findLocal: procedure
    .meta({
      summary: 'Looks for Ollama and LM Studio on this machine, at their usual ports; nothing else is contacted.',
      refusals: ['UNAVAILABLE'],
    })
    .output(z.array(FoundServer))
    .mutation(({ ctx }) => ctx.engine.providers.findLocal()),
  set: procedure
    .meta({
      summary: 'Creates or changes a provider. A key goes to the key storage of the host, never to the database.',
      refusals: ['CONFLICT'],
    })
    .input(api.ProviderSpec)
    .output(ProviderView)
    .mutation(({ ctx, input }) => ctx.engine.providers.set(input)),
  remove: procedure
    .meta({ summary: 'Removes a provider that is not built in, with its key.', refusals: ['NOT_FOUND', 'CONFLICT'] })
    .input(api.ProviderRef)
    .output(Done)
    .mutation(async ({ ctx, input }) => {
      await ctx.engine.providers.remove(input.id);
      return done;
    }),
  uses: procedure
    .meta({ summary: 'The agents that use it, and its jobs that are not at rest.', refusals: ['BAD_REQUEST'] })
    .input(api.ProviderRef)
    .output(ProviderUses)
    .query(({ ctx, input }) => ctx.engine.providers.uses(input.id)),
  models: procedure
    .meta({
      summary: 'Its models with context sizes and prices, and where each figure is from.',
      refusals: ['BAD_REQUEST'],
    })
    .input(api.ProviderRef)
    .output(z.array(ModelDetail))
    .query(({ ctx, input }) => ctx.engine.providers.models(input.id)),
  editModel: procedure
    .meta({
      summary: 'Sets what is known of a model, in place of what was set before. It outlives the list of the provider.',
      refusals: ['BAD_REQUEST'],
    })
    .input(EditModel)
    .output(z.array(ModelDetail))
    .mutation(({ ctx, input }) => ctx.engine.providers.editModel(input.provider, input.model)),
  forgetModel: procedure
    .meta({ summary: 'Takes back what was set for a model.', refusals: ['BAD_REQUEST'] })
    .input(ForgetModel)
    .output(z.array(ModelDetail))
    .mutation(({ ctx, input }) => ctx.engine.providers.forgetModel(input.provider, input.model)),
});
