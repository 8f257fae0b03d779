/** The count at the end of a run: what the database says, held against what was acknowledged and what the model sent. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { answerForm, promptOf, type Call } from './journal.ts';
import type { Accepted, Load } from './load.ts';

export interface Counts {
  accepted: number;
  completed: number;
  failed: number;
  cancelled: number;
  /** Claims beyond the first, of all jobs. */
  moreAttempts: number;
  /** Jobs that ran in a worker of their own, and those that were given up as poison. */
  quarantined: number;
  poison: number;
  answeredQuestions: number;
}

interface JobLine {
  id: string;
  state: string;
  attempts_started: number;
  quarantined: number;
  quarantine_deaths: number;
  processed_by: string | null;
  failure: string | null;
  returnvalue: string | null;
}
interface MessageLine {
  role: string;
  text: string;
  status: string;
  job_id: string;
}

/** Reads a folder that no host uses any more. `faults`: one line for each thing that must not be. */
export function audit(dataDir: string, load: Load, calls: readonly Call[]): { counts: Counts; faults: string[] } {
  const sqlite = new Database(join(dataDir, 'nightshift.db'), { readonly: true });
  try {
    return new Audit(sqlite, load, calls).run();
  } finally {
    sqlite.close();
  }
}

class Audit {
  readonly #sqlite: Database.Database;
  readonly #load: Load;
  readonly #calls: ReadonlyMap<number, Call>;
  readonly #rows: ReadonlyMap<string, JobLine>;
  readonly #faults: string[] = [];

  constructor(sqlite: Database.Database, load: Load, calls: readonly Call[]) {
    this.#sqlite = sqlite;
    this.#load = load;
    this.#calls = new Map(calls.map((call) => [call.serial, call]));
    const rows = sqlite.prepare<[], JobLine>('SELECT * FROM llm_jobs').all();
    this.#rows = new Map(rows.map((row) => [row.id, row]));
  }

  run(): { counts: Counts; faults: string[] } {
    this.#checkStore();
    const accepted = [...this.#load.accepted.values()];
    if (this.#rows.size !== accepted.length) {
      this.#fault(`${accepted.length} jobs were acknowledged, ${this.#rows.size} are stored`);
    }
    for (const job of accepted) this.#checkJob(job);
    this.#checkConversations(accepted);
    const rows = [...this.#rows.values()];
    const inState = (state: string): number => rows.filter((row) => row.state === state).length;
    const counts: Counts = {
      accepted: accepted.length,
      completed: inState('completed'),
      failed: inState('failed'),
      cancelled: inState('cancelled'),
      moreAttempts: rows.reduce((sum, row) => sum + Math.max(0, row.attempts_started - 1), 0),
      quarantined: rows.filter(({ quarantined }) => quarantined === 1).length,
      poison: rows.filter((row) => codeOf(row) === 'poison').length,
      answeredQuestions: accepted.filter(
        ({ jobId, conversation }) => conversation !== null && this.#rows.get(jobId)?.state === 'completed',
      ).length,
    };
    return { counts, faults: this.#faults };
  }

  #checkStore(): void {
    const integrity = this.#sqlite.pragma('integrity_check', { simple: true });
    if (integrity !== 'ok') this.#fault(`integrity_check: ${String(integrity)}`);
    const differing = this.#sqlite
      .prepare(
        `SELECT lane, state, provider, sum(kept) AS kept, sum(real) AS real FROM (
           SELECT lane, state, provider, count AS kept, 0 AS real FROM job_counts
           UNION ALL SELECT lane, state, provider, 0, 1 FROM llm_jobs
         ) GROUP BY lane, state, provider HAVING sum(kept) <> sum(real)`,
      )
      .all();
    for (const line of differing) this.#fault(`job_counts is not what there is: ${JSON.stringify(line)}`);
    const twice = this.#sqlite
      .prepare("SELECT job_id FROM job_events WHERE to_state = 'completed' GROUP BY job_id HAVING count(*) > 1")
      .all();
    for (const line of twice) this.#fault(`completed more than once: ${JSON.stringify(line)}`);
    const usage = this.#sqlite
      .prepare(
        `SELECT id FROM llm_jobs LEFT JOIN usage ON usage.job_id = llm_jobs.id
         GROUP BY id HAVING count(usage.job_id) <> (state = 'completed')`,
      )
      .all();
    for (const line of usage) this.#fault(`usage is not recorded exactly once: ${JSON.stringify(line)}`);
  }

  #checkJob({ question, jobId, conversation }: Accepted): void {
    const name = `${promptOf(question)} ${jobId}`;
    const row = this.#rows.get(jobId);
    if (row === undefined) return this.#fault(`${name}: acknowledged and lost`);
    const last = this.#sqlite
      .prepare<[string], { to_state: string }>(
        'SELECT to_state FROM job_events WHERE job_id = ? ORDER BY version DESC LIMIT 1',
      )
      .get(jobId);
    if (last?.to_state !== row.state) this.#fault(`${name}: is ${row.state}, its last event led to ${last?.to_state}`);
    if (row.processed_by !== null) this.#fault(`${name}: at rest and still with ${row.processed_by}`);
    if (this.#load.cancelled.has(question.number) && row.state !== 'cancelled') {
      this.#fault(`${name}: its cancelling was acknowledged, and it is ${row.state}`);
    }
    switch (row.state) {
      case 'completed':
        if (conversation === null) this.#checkText(name, row, question.number, textOf(row));
        return;
      case 'cancelled':
        if (!this.#load.cancelAsked.has(question.number)) this.#fault(`${name}: cancelled, and nobody asked for it`);
        return;
      case 'failed':
        if (!this.#mayHaveFailed(row, question.way)) this.#fault(`${name}: failed: ${row.failure}`);
        return;
      default:
        this.#fault(`${name}: accepted and at the end ${row.state}`);
    }
  }

  /** The honest failures of the plan: refused by the model, behind one that failed, or with it in two more crashes. */
  #mayHaveFailed(row: JobLine, way: string): boolean {
    const code = codeOf(row);
    if (code === 'dependency-failed') return true;
    if (code === 'poison') return row.quarantine_deaths >= 2;
    return way === 'refused' && code === 'bad-request';
  }

  /** An answer is one that the model sent whole, to this question, and to no attempt but the last. */
  #checkText(name: string, row: JobLine, question: number, text: string): Call | undefined {
    const [, of, serial] = answerForm.exec(text) ?? [];
    const call = this.#calls.get(Number(serial));
    if (call === undefined || Number(of) !== question || call.question !== question) {
      this.#fault(`${name}: has the answer of another question: ${text.slice(0, 80)}`);
      return undefined;
    }
    if (call.outcome !== 'whole' || call.sent !== text) {
      this.#fault(`${name}: its answer is not what the model sent in call ${call.serial} (${call.outcome})`);
    }
    const chunks = this.#sqlite
      .prepare<[string], { attempt: number; text: string }>(
        `SELECT attempt, group_concat(text, '') AS text FROM
           (SELECT attempt, text FROM job_chunks WHERE job_id = ? AND kind = 'text' ORDER BY attempt, offset)
         GROUP BY attempt`,
      )
      .all(row.id);
    for (const chunk of chunks) {
      const isLast = chunk.attempt === row.attempts_started;
      if (chunk.attempt > row.attempts_started)
        this.#fault(`${name}: has text of attempt ${chunk.attempt}, not made yet`);
      if (isLast && chunk.text !== '' && !text.startsWith(chunk.text)) {
        this.#fault(`${name}: the text of its last attempt is not the text of its answer`);
      }
      if (!isLast && Number(answerForm.exec(chunk.text)?.[2]) === call.serial) {
        this.#fault(`${name}: its answer was written by attempt ${chunk.attempt}, not by ${row.attempts_started}`);
      }
    }
    return call;
  }

  #checkConversations(accepted: readonly Accepted[]): void {
    const talks = Map.groupBy(
      accepted.filter(({ conversation }) => conversation !== null),
      ({ conversation }) => conversation?.id,
    );
    const read = this.#sqlite.prepare<[string | undefined], MessageLine>(
      'SELECT role, text, status, job_id FROM messages WHERE conversation_id = ? ORDER BY position',
    );
    for (const [id, questions] of talks) this.#checkConversation(questions, read.all(id));
  }

  /** Every question in the order it was acknowledged, each with exactly one answer right below it, unless cancelled. */
  #checkConversation(questions: readonly Accepted[], messages: readonly MessageLine[]): void {
    let at = 0;
    const before: { role: string; text: string }[] = [];
    for (const { question, jobId } of questions) {
      const name = `${promptOf(question)} ${jobId}`;
      const row = this.#rows.get(jobId);
      const asked = messages[at];
      if (asked?.role !== 'user' || asked.text !== promptOf(question) || row === undefined) {
        this.#fault(`${name}: expected in place ${at} of its conversation, found ${JSON.stringify(asked)}`);
        return;
      }
      at += 1;
      const answer = messages[at];
      const isAnswered = answer?.role === 'assistant';
      if (isAnswered) at += 1;
      if (isAnswered && answer.job_id !== jobId) this.#fault(`${name}: answered by ${answer.job_id}`);
      if (row.state === 'completed') {
        if (!isAnswered || answer.status !== 'complete') {
          this.#fault(`${name}: completed, and its answer is ${JSON.stringify(answer)}`);
        } else {
          const call = this.#checkText(name, row, question.number, answer.text);
          if (call !== undefined) this.#checkHistory(name, call, before);
          before.push({ role: 'user', text: asked.text }, { role: 'assistant', text: answer.text });
        }
      }
    }
    for (const more of messages.slice(at)) this.#fault(`a message that nobody asked for: ${JSON.stringify(more)}`);
  }

  /** The model was asked with all answers that stand above: this question was not asked before they were given. */
  #checkHistory(name: string, call: Call, before: readonly { role: string; text: string }[]): void {
    const known = new Set(call.history.map(({ text }) => text));
    const missing = before.filter(({ text }) => !known.has(text));
    if (missing.length > 0) this.#fault(`${name}: was asked without what stands above it: ${missing[0]?.text}`);
  }

  #fault(text: string): void {
    this.#faults.push(text);
  }
}

function codeOf({ failure }: JobLine): string | null {
  if (failure === null) return null;
  const parsed: unknown = JSON.parse(failure);
  return typeof parsed === 'object' && parsed !== null && 'code' in parsed ? String(parsed.code) : null;
}

function textOf({ returnvalue }: JobLine): string {
  const parsed: unknown = JSON.parse(returnvalue ?? 'null');
  return typeof parsed === 'object' && parsed !== null && 'text' in parsed ? String(parsed.text) : '';
}
