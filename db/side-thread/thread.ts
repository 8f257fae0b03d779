/**
 * The side thread: reads that may take long, and checkpoints, on connections of its own. A read's transaction ends with its
 * statement, so none is open between two messages and nothing keeps the WAL from being started over.
 */
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { exportConversation } from '../chat/export-conversation.ts';
import { JobLists } from '../jobs/job-lists.ts';
import { addTextSearch } from '../jobs/job-walk.ts';
import { listJobs } from '../jobs/list-jobs.ts';
import { createSearch } from '../search.ts';
import { readStatistics } from '../statistics/read-statistics.ts';
import type { FromSideThread, SideReply, SideRequest, SideThreadData, ToSideThread } from './messages.ts';

if (parentPort === null) throw new Error('the side thread runs as a worker thread only');
const port = parentPort;
const { file } = workerData as SideThreadData;

const reader = new Database(file, { readonly: true, fileMustExist: true });
const db = drizzle(reader, { casing: 'snake_case' });
addTextSearch(reader);
const jobLists = new JobLists(reader);
const search = createSearch(reader);
// A checkpoint needs a connection that may write to the file; this one may do nothing else with it.
const checkpoints = new Database(file, { fileMustExist: true });
checkpoints.pragma('query_only = ON');
checkpoints.pragma('wal_autocheckpoint = 0');

function answer(request: SideRequest): SideReply {
  switch (request.type) {
    case 'list-jobs':
      return { type: 'jobs', rows: listJobs(db, request.filter) };
    case 'job-list':
      return { type: 'job-list', answer: jobLists.answer(request.request) };
    case 'checkpoint':
      checkpoints.pragma('wal_checkpoint(PASSIVE)');
      return { type: 'checkpointed' };
    case 'export-conversation':
      return { type: 'exported', conversation: exportConversation(db, request.id, request.format) };
    case 'search':
      return { type: 'found', result: search(request.asked, request.now) };
    case 'statistics':
      return { type: 'statistics', series: readStatistics(reader, request.filter) };
    case 'check': {
      const verdict = reader.pragma(`quick_check('${request.table}')`, { simple: true });
      return { type: 'checked', problem: verdict === 'ok' ? undefined : oneLine(String(verdict)) };
    }
  }
}

function oneLine(verdict: string): string {
  return verdict.replace('*** in database main ***', '').replaceAll(/\s+/gu, ' ').trim();
}

function reply(message: FromSideThread): void {
  port.postMessage(message);
}

port.on('message', (message: ToSideThread) => {
  if (message.type === 'close') {
    reader.close();
    checkpoints.close();
    port.close();
    return;
  }
  try {
    reply(answer(message));
  } catch (error) {
    reply({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
});
reply({ type: 'ready' });
