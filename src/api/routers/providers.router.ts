/** Providers. */
import { z } from 'zod';
import * as api from '../../protocol/api.ts';
import { ProviderView } from '../../protocol/views.ts';
import { Done, done } from './parts.ts';
import { procedure, router } from '../trpc.ts';

export const providers = router({
  list: procedure
    .meta({ summary: 'All providers with their state; never their keys.' })
    .output(z.array(ProviderView))
    .query(({ ctx }) => ctx.engine.providers.list()),
  test: procedure
    .meta({ summary: 'Makes a real call from a worker and says what came back.', refusals: ['NOT_FOUND'] })
    .input(api.ProviderRef)
    .output(z.object({ ok: z.boolean(), message: z.string(), models: z.array(z.string()) }))
    .mutation(({ ctx, input }) => ctx.engine.providers.test(input.id)),
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
});
