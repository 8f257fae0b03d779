/** Messages and their answers. */
import { z } from 'zod';
import * as api from '../../protocol/api.ts';
import { MessageView } from '../../protocol/views.ts';
import { procedure, router } from '../trpc.ts';

export const messages = router({
  continue: procedure
    .meta({
      summary: 'Goes on with an answer that the token limit has cut; the rest is joined to it.',
      refusals: ['NOT_FOUND', 'CONFLICT'],
    })
    .input(api.ContinueAnswer)
    .output(MessageView)
    .mutation(({ ctx, input }) => ctx.engine.messages.continue(input)),
  list: procedure
    .meta({
      summary: 'A page of messages, oldest first; `more` says that there are older ones.',
      refusals: ['NOT_FOUND'],
    })
    .input(api.ListMessages)
    .output(z.object({ messages: z.array(MessageView), more: z.boolean() }))
    .query(({ ctx, input }) => ctx.engine.messages.list(input)),
});
