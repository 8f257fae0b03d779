/**
 * Versions and branches. A conversation is a tree: a question that is edited and sent again stands beside the old one, and
 * of an answer there may be several versions. One path is shown; the rest is kept as it was and can be shown again. Jobs on
 * a branch that is not shown go on: what they answer is there when one comes back.
 */
import { hiddenBits, type ConversationRow, type MessageRow } from '../../db/chat.model.ts';
import type { Store } from '../../db/store.ts';
import type { MessageId } from '../protocol/ids.ts';
import { isAtRest } from '../protocol/job.ts';
import type { Answers, AskOptions } from './answers.ts';
import { preview } from './conversation-words.ts';
import { EngineError } from './errors.ts';
import type { LlmJobQueue } from './llm-job-queue.service.ts';
import { addressees } from './mentions.ts';
import type { MessageQueue } from './message-queue.ts';
import type { Turn } from './turn.ts';

export interface BranchesOptions {
  store: Store;
  queue: LlmJobQueue;
  answers: Answers;
  messageQueue: MessageQueue;
}

export class Branches {
  readonly #options: BranchesOptions;

  constructor(options: BranchesOptions) {
    this.#options = options;
  }

  /**
   * Asks the agent of an answer again; what it answers becomes another version. Returns the question. Throws `NOT_FOUND`,
   * and `CONFLICT` while the answer is being worked on.
   */
  regenerate(turn: Turn, answerId: MessageId, options: AskOptions): MessageRow {
    const { store, answers } = this.#options;
    const answer = answers.require(answerId);
    requireNoGoal(answer);
    if (answer.role !== 'assistant' || answer.parentId === null) {
      throw new EngineError('BAD_REQUEST', 'Only an answer can be given anew. Edit a question to ask it again.');
    }
    const question = answers.require(answer.parentId);
    const conversation = this.#conversation(answer);
    answers.requireIdle(question, answer.agentId);
    const agent = store.chat.agent(answer.agentId ?? conversation.agentId);
    if (agent === undefined) {
      throw new EngineError(
        'NOT_FOUND',
        'The agent that gave this answer was removed. Edit the question to ask it again.',
      );
    }
    answers.again(turn, { conversation, question, agent, ...options });
    return question;
  }

  /**
   * Asks a question with another text. One that nothing has begun to answer is changed where it stands; else the new one
   * stands beside it, and is shown instead. Whatever still works on the old one is stopped: it was replaced. What was queued
   * right behind it is queued behind the new one. Returns the question. Throws `NOT_FOUND`, and `CONFLICT` for one that is
   * not shown.
   */
  edit(turn: Turn, questionId: MessageId, text: string, options: AskOptions): MessageRow {
    const { store, queue, answers, messageQueue } = this.#options;
    const old = answers.require(questionId);
    requireNoGoal(old);
    if (old.role !== 'user') throw new EngineError('BAD_REQUEST', 'Only a question can be edited.');
    if (old.hidden !== 0) throw new EngineError('CONFLICT', 'This question is not shown any more. Show it first.');
    if (answers.isUnstarted(old.id)) return messageQueue.edit(turn, old.id, text);
    const conversation = this.#conversation(old);
    const after = old.parentId === null ? null : answers.require(old.parentId);
    const agents = addressees(store, conversation, text);
    const queued = messageQueue.rightBehind(old);
    const attachments = store.attachments.ofMessage(old.id);
    const question = answers.ask(turn, { conversation, text, agents, after, attachments, ...options });
    messageQueue.moveBehind(turn, question, queued);
    store.chat.chooseVersion(question.id);
    store.chat.hideBelow(conversation.id, old.id);
    for (const job of answers.jobsOf(old.id)) if (!isAtRest(job.state)) queue.cancel(turn, job.id);
    store.chat.updateConversation(conversation.id, { updatedAt: turn.at, preview: preview(text) });
    this.#pathChanged(turn, conversation);
    return question;
  }

  /** Shows this message: of the versions and branches on the way to it, and of its own, it is the one. Throws `NOT_FOUND`. */
  show(turn: Turn, messageId: MessageId): MessageRow {
    const { chat } = this.#options.store;
    const message = this.#options.answers.require(messageId);
    const conversation = this.#conversation(message);
    /** From the message up to the first one that is shown. */
    const way: MessageRow[] = [];
    for (let at: MessageRow | undefined = message; at !== undefined && at.hidden !== 0;) {
      way.push(at);
      at = at.parentId === null ? undefined : chat.message(at.parentId);
    }
    for (const step of way) {
      if ((step.hidden & hiddenBits.own) === 0) continue;
      for (const displaced of chat.chooseVersion(step.id)) chat.hideBelow(conversation.id, displaced);
    }
    const top = way.at(-1);
    if (top === undefined) return message;
    if (top.role === 'user') chat.showBelow(conversation.id, top.id);
    this.#pathChanged(turn, conversation);
    return this.#options.answers.require(messageId);
  }

  #conversation({ conversationId }: MessageRow): ConversationRow {
    const row = this.#options.store.chat.conversation(conversationId);
    if (row === undefined) throw new EngineError('NOT_FOUND', 'This conversation was removed.');
    return row;
  }

  /** Any number of messages come into sight or go: pages read the path anew. */
  #pathChanged(turn: Turn, { id }: ConversationRow): void {
    turn.ring(`conversation:${id}`, pathKey);
    turn.ring('conversations', id);
  }
}

/** What a goal began with, and what is reported of it, stays as it was said. */
function requireNoGoal({ goal }: MessageRow): void {
  if (goal === null) return;
  throw new EngineError(
    'CONFLICT',
    'This message belongs to a goal, and stays as it is. Start another goal with other words.',
  );
}

/** Rung for a conversation, instead of a message's id, when another path of it is shown. */
export const pathKey = 'path';
