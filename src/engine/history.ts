/**
 * What a model is told of a conversation: the path to its question, newest message first. Of a question that is shown this is
 * the shown path before it; one on another branch, whose job goes on, has the path that leads to it.
 *
 * An agent's own answers are its own; what another agent said is told to it by the user, with that one's name before it.
 */
import { hiddenBits, type MessageRow } from '../../db/chat.model.ts';
import type { Store } from '../../db/store.ts';
import type { AgentId } from '../protocol/ids.ts';
import type { ChatMessage } from '../protocol/request.ts';
import { questionContent, type FileRoom } from './attachment-parts.ts';

const pageSize = 50;

/** Those that count: neither empty nor broken off. */
export function* pathBefore(store: Store, question: MessageRow): Generator<MessageRow> {
  for (const message of question.hidden === 0 ? shownBefore(store, question) : branchBefore(store, question)) {
    // A question without a word has files.
    if ((message.text !== '' || message.role === 'user') && message.status !== 'interrupted') yield message;
  }
}

/** How many of them there are before `position`, which is one of them. */
export function countBefore(store: Store, question: MessageRow, position: string): number {
  if (question.hidden === 0) return store.chat.countBefore(question.conversationId, position);
  let count = 0;
  for (const message of pathBefore(store, question)) if (message.position < position) count += 1;
  return count;
}

/** As the agent is told it, a question with its files. Its name at that time stands for one that was removed. */
export function told(store: Store, message: MessageRow, reader: AgentId, room: FileRoom): ChatMessage {
  const { role, text, agentId } = message;
  if (role === 'user') return { role, content: questionContent(store, message, room).content };
  if (agentId === null || agentId === reader) return { role, content: text };
  const name = store.chat.agent(agentId)?.name ?? message.meta?.agentName ?? 'Another agent';
  return { role: 'user', content: `${name}: ${text}` };
}

/**
 * Joins what is said in a row, oldest first, as many models take only turns that alternate: what several agents answered and
 * the next question are one message of the user's, what was reported of a goal is one of the agent's.
 */
export function joinTurns(messages: readonly ChatMessage[]): ChatMessage[] {
  const joined: ChatMessage[] = [];
  for (const message of messages) {
    const last = joined.at(-1);
    if (last?.role === 'user' && message.role === 'user') {
      joined[joined.length - 1] = { role: 'user', content: joinContent(last.content, message.content) };
    } else if (last?.role === 'assistant' && message.role === 'assistant') {
      joined[joined.length - 1] = { role: 'assistant', content: `${last.content}\n\n${message.content}` };
    } else {
      joined.push(message);
    }
  }
  return joined;
}

type UserContent = Extract<ChatMessage, { role: 'user' }>['content'];

function joinContent(first: UserContent, second: UserContent): UserContent {
  if (typeof first === 'string' && typeof second === 'string') return `${first}\n\n${second}`;
  const parts = (content: UserContent) =>
    typeof content === 'string' ? [{ type: 'text' as const, text: content }] : content;
  return [...parts(first), ...parts(second)];
}

function* shownBefore({ chat }: Store, { conversationId, position }: MessageRow): Generator<MessageRow> {
  for (let before = position; ;) {
    const page = chat.messagesBefore(conversationId, before, pageSize);
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return;
    before = last.position;
  }
}

/** From question to question upwards, with the version of each answer that was chosen there. */
function* branchBefore({ chat }: Store, question: MessageRow): Generator<MessageRow> {
  for (let at = question.parentId; at !== null;) {
    const before = chat.message(at);
    if (before === undefined) return;
    const answers = chat.answersOf(before).filter(({ hidden }) => (hidden & hiddenBits.own) === 0);
    yield* answers.toReversed();
    yield before;
    at = before.parentId;
  }
}
