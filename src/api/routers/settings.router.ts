/** Settings. */
import * as api from '../../protocol/api.ts';
import { procedure, router } from '../trpc.ts';

export const settings = router({
  get: procedure
    .meta({ summary: 'All settings.' })
    .output(api.Settings)
    .query(({ ctx }) => ctx.engine.settings.get()),
  update: procedure
    .meta({ summary: 'Changes some settings.', refusals: ['NOT_FOUND'] })
    .input(api.UpdateSettings)
    .output(api.Settings)
    .mutation(({ ctx, input }) => ctx.engine.settings.update(input)),
});
