import { defineConfig } from 'drizzle-kit';

/** `npm run migrations` writes the SQL that leads from the last migration to the models. */
export default defineConfig({
  dialect: 'sqlite',
  schema: [
    './db/llm-jobs.model.ts',
    './db/chat.model.ts',
    './db/settings.model.ts',
    './db/statistics.model.ts',
    './db/attachments.model.ts',
    './db/queue.model.ts',
    './db/goals.model.ts',
  ],
  out: './db/migrations',
  casing: 'snake_case',
});
