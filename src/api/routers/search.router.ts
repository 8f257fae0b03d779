/** Full-text search. */
import { SearchMessages, SearchResult } from '../../protocol/search.ts';
import { procedure, router } from '../trpc.ts';

export const search = router({
  messages: procedure
    .meta({
      summary:
        'Messages and titles that hold all the words that were typed, grouped by conversation, the best hit first; the ' +
        'last word may be unfinished.',
    })
    .input(SearchMessages)
    .output(SearchResult)
    .query(({ ctx, input }) => ctx.engine.search.messages(input)),
});
