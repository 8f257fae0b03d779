/** How the service is. */
import { HealthView } from '../../protocol/views.ts';
import { never } from './parts.ts';
import { procedure, router } from '../trpc.ts';

export const system = router({
  health: procedure
    .meta({ summary: 'How the service is; the same as `/healthz`.' })
    .output(HealthView)
    .query(({ ctx }) => ctx.engine.system.health()),
  watchHealth: procedure
    .meta({ summary: 'How the service is, then each change.', yields: HealthView })
    .subscription(({ ctx, signal }) => ctx.engine.system.watchHealth(signal ?? never)),
});
