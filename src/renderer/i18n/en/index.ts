import { agents } from './agents.ts';
import { attachments } from './attachments.ts';
import { charts } from './charts.ts';
import { commands } from './commands.ts';
import { common } from './common.ts';
import { composer } from './composer.ts';
import { connection } from './connection.ts';
import { conversations } from './conversations.ts';
import { data } from './data.ts';
import { files } from './files.ts';
import { goals } from './goals.ts';
import { inspector } from './inspector.ts';
import { jobs } from './jobs.ts';
import { markdown } from './markdown.ts';
import { messages } from './messages.ts';
import { notifications } from './notifications.ts';
import { pool } from './pool.ts';
import { providers } from './providers.ts';
import { queue } from './queue.ts';
import { search } from './search.ts';
import { settings } from './settings.ts';
import { shell } from './shell.ts';
import { welcome } from './welcome.ts';
import { workers } from './workers.ts';

export const en = {
  agents,
  attachments,
  charts,
  commands,
  common,
  composer,
  connection,
  conversations,
  data,
  files,
  goals,
  inspector,
  jobs,
  markdown,
  messages,
  notifications,
  pool,
  providers,
  queue,
  search,
  settings,
  shell,
  welcome,
  workers,
} as const;
