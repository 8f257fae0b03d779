/** Files that go with messages. They come in pieces, over any carrier; the host serves their bytes to the page. */
import { z } from 'zod';
import * as files from '../../protocol/attachments.ts';
import { procedure, router } from '../trpc.ts';
import { Done, done } from './parts.ts';

export const attachments = router({
  begin: procedure
    .meta({
      summary:
        'Begins to hand over a file, with its first 512 KiB (or all of it). Refused when it is not what a model can be given.',
      refusals: ['BAD_REQUEST', 'CONFLICT'],
    })
    .input(files.BeginAttachment)
    .output(files.AttachmentView)
    .mutation(({ ctx, input }) => ctx.engine.attachments.begin(input)),
  append: procedure
    .meta({ summary: 'The next bytes of a file.', refusals: ['NOT_FOUND', 'BAD_REQUEST', 'CONFLICT'] })
    .input(files.AppendAttachment)
    .output(files.AttachmentView)
    .mutation(({ ctx, input }) => ctx.engine.attachments.append(input)),
  describe: procedure
    .meta({
      summary: 'The text of a PDF, as the client has read it. A PDF can be sent when its bytes and its text are here.',
      refusals: ['NOT_FOUND', 'BAD_REQUEST', 'CONFLICT'],
    })
    .input(files.AttachmentText)
    .output(files.AttachmentView)
    .mutation(({ ctx, input }) => ctx.engine.attachments.describe(input)),
  get: procedure
    .meta({ summary: 'One file, without its bytes.', refusals: ['NOT_FOUND'] })
    .input(files.AttachmentRef)
    .output(files.AttachmentView)
    .query(({ ctx, input }) => ctx.engine.attachments.get(input.id)),
  list: procedure
    .meta({ summary: 'Those of the files that are kept, without their bytes.' })
    .input(files.AttachmentRefs)
    .output(z.array(files.AttachmentView))
    .query(({ ctx, input }) => ctx.engine.attachments.list(input.ids)),
  text: procedure
    .meta({ summary: 'What a model is told of a text or PDF.', refusals: ['NOT_FOUND'] })
    .input(files.AttachmentRef)
    .output(files.AttachmentContent)
    .query(({ ctx, input }) => ctx.engine.attachments.text(input.id)),
  remove: procedure
    .meta({ summary: 'Removes a file that was not sent.', refusals: ['NOT_FOUND', 'CONFLICT'] })
    .input(files.AttachmentRef)
    .output(Done)
    .mutation(async ({ ctx, input }) => {
      await ctx.engine.attachments.remove(input.id);
      return done;
    }),
});
