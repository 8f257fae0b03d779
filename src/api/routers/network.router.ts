/** How workers reach the network. */
import { NetworkView, SetAuthorities, SetProxy } from '../../protocol/network.ts';
import { procedure, router } from '../trpc.ts';

export const network = router({
  get: procedure
    .meta({
      summary: 'Proxy and certificate authorities, as set and as in the host’s environment; never a password.',
      refusals: ['UNAVAILABLE'],
    })
    .output(NetworkView)
    .query(({ ctx }) => ctx.engine.network.get()),
  setProxy: procedure
    .meta({
      summary: 'For workers that are started from now on; those that run finish what they do and are replaced.',
      refusals: ['UNAVAILABLE'],
    })
    .input(SetProxy)
    .output(NetworkView)
    .mutation(({ ctx, input }) => ctx.engine.network.setProxy(input)),
  setAuthorities: procedure
    .meta({
      summary: 'Certificates (PEM) to trust besides those that Node brings along; for workers as above.',
      refusals: ['BAD_REQUEST', 'UNAVAILABLE'],
    })
    .input(SetAuthorities)
    .output(NetworkView)
    .mutation(({ ctx, input }) => ctx.engine.network.setAuthorities(input)),
});
