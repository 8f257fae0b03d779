/**
 * What a transition of a job brings with it, inside its turn: counters and lines, the jobs around it, its conversation, the
 * slot's books, what was streamed, and the worker that must stop.
 */
import type { JobRow } from '../../db/llm-jobs.model.ts';
import type { JobId } from '../protocol/ids.ts';
import { isAtRest } from '../protocol/job.ts';
import type { AgentLimits } from './agent-limits.ts';
import type { AgentLines } from './agent-lines.ts';
import type { ChatSide } from './chat-side.ts';
import type { Transition } from './job-actors.ts';
import type { JobFamily } from './job-family.ts';
import type { LineEnds } from './line-ends.ts';
import type { ProviderActors } from './provider-actors.ts';
import type { QueueLedger } from './queue-ledger.ts';
import type { StatisticsRecorder } from './statistics-recorder.ts';
import type { Streams } from './streams.ts';
import type { Turn } from './turn.ts';

export interface TransitionEffectsOptions {
  streams: Streams;
  providers: ProviderActors;
  limits: AgentLimits;
  chat: ChatSide;
  ledger: QueueLedger;
  lines: AgentLines;
  ends: LineEnds;
  family: JobFamily;
  statistics: StatisticsRecorder;
  /** A worker was told to stop this attempt; its slot is held until it has. */
  stopping: (turn: Turn, workerId: string, jobId: JobId, attempt: number) => void;
  /** Something may be claimable now. */
  ringDispatcher: () => void;
}

export class TransitionEffects {
  readonly #options: TransitionEffectsOptions;

  constructor(options: TransitionEffectsOptions) {
    this.#options = options;
  }

  /** Once for every transition of every job. */
  follow(turn: Turn, { event, before, after }: Transition): void {
    const { streams, providers, limits, ringDispatcher, chat, ledger, lines, ends, family, statistics } = this.#options;
    lines.moved(turn, before, after);
    if (before.state !== after.state || before.lane !== after.lane || before.provider !== after.provider) {
      ledger.add(before, -1);
      ledger.add(after, 1);
    }
    if (before.state === 'waiting' && (after.state !== 'active' || before.lane !== after.lane)) {
      ledger.leftLine(before.groupKey, before.lane);
    }
    if (before.state === 'active' && after.state !== 'active') {
      limits.release(turn, after.id, before.attemptsStarted);
      this.#leaveActive(turn, event.type, before, after);
    }
    if (after.state === 'waiting') {
      ends.entered(after);
      ringDispatcher();
    }
    if (event.type === 'RETRY' && after.data.kind === 'chat') chat.retract(turn, after);
    family.follow(turn, { event, before, after });
    statistics.follow(turn, { event, before, after });
    if (before.state === 'active' && (event.type === 'LOST' || isStop(event.type))) {
      providers.loseProbe(turn, after.provider, after.id);
    }
    if (streams.hasContent(after.id)) turn.ring(`stream:${after.id}`);
    if ((before.state === 'active') !== (after.state === 'active')) chat.moved(turn, after);
    if (before.state !== after.state && isAtRest(after.state)) chat.ended(turn, after);
    if (after.data.kind === 'chat') chat.changed(turn, after);
    turn.ring(`job:${after.id}`);
    turn.ring(`actor:job:${after.id}`);
  }

  /** Keeps what was streamed; a job that ends without a whole answer leaves its partial one in the conversation. */
  #leaveActive(turn: Turn, event: Transition['event']['type'], before: JobRow, after: JobRow): void {
    const { streams, chat } = this.#options;
    if (after.state === 'failed' || after.state === 'cancelled') {
      const partial = streams.read(after.id);
      if (after.data.kind === 'chat' && partial?.attempt === before.attemptsStarted && partial.length > 0) {
        const status = after.state === 'failed' ? 'interrupted' : 'cancelled';
        chat.deliver(turn, after, { ...texts(partial.parts), status });
      }
    }
    streams.close(turn, after.id, streams.hasContent(after.id) && keepsChunks(before, after));
    if (isStop(event) && before.processedBy !== null) {
      const { id, attemptsStarted: attempt, processedBy } = before;
      turn.tell(processedBy, { type: 'cancel', jobId: id, attempt });
      this.#options.stopping(turn, processedBy, id, attempt);
    }
  }
}

/** An answer that arrived in one piece is its result; only what was streamed is a log. */
function keepsChunks(before: JobRow, after: JobRow): boolean {
  return after.state !== 'completed' || before.phase === 'streaming';
}

/** Ends an attempt that its worker still runs. */
function isStop(event: Transition['event']['type']): boolean {
  return event === 'CANCEL' || event === 'TIME_OUT';
}

function texts(parts: readonly { kind: 'text' | 'thinking'; text: string }[]): {
  text: string;
  thinking: string | null;
} {
  const of = (kind: string): string => parts.reduce((all, part) => (part.kind === kind ? all + part.text : all), '');
  const thinking = of('thinking');
  return { text: of('text'), thinking: thinking === '' ? null : thinking };
}
