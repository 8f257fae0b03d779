/** The data folder. */
import { BackupRef, DataView } from '../../protocol/data.ts';
import { procedure, router } from '../trpc.ts';

export const data = router({
  get: procedure
    .meta({ summary: 'Where the data is, its size, its backups, and whether it is sound.', refusals: ['UNAVAILABLE'] })
    .output(DataView)
    .query(({ ctx }) => ctx.engine.data.get()),
  backUp: procedure
    .meta({
      summary:
        'Copies the database into the folder of backups and checks every page of the copy. `GET /backups/<name>` sends it.',
      refusals: ['UNAVAILABLE'],
    })
    .output(DataView)
    .mutation(({ ctx }) => ctx.engine.data.backUp()),
  removeBackup: procedure
    .meta({ summary: 'Deletes one backup.', refusals: ['NOT_FOUND', 'UNAVAILABLE'] })
    .input(BackupRef)
    .output(DataView)
    .mutation(({ ctx, input }) => ctx.engine.data.removeBackup(input)),
  check: procedure
    .meta({ summary: 'Reads every page of the database and says whether it is sound.', refusals: ['UNAVAILABLE'] })
    .output(DataView)
    .mutation(({ ctx }) => ctx.engine.data.check()),
});
