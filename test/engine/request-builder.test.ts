/** What is asked of the model: the whole history, as far as it fits. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MessageRow } from '../../db/chat.model.ts';
import { answerPosition } from '../../db/chat/message.repository.ts';
import type { Store } from '../../db/store.ts';
import { RequestBuilder } from '../../src/engine/request-builder.ts';
import { estimateTokens } from '../../src/engine/token-estimates.ts';
import type { AgentId, ConversationId, MessageId } from '../../src/protocol/ids.ts';
import type { ModelParams } from '../../src/protocol/request.ts';
import { dataFolder, openFolder } from '../support/data-folder.ts';
import { blankRow, jobIdOf } from '../support/job-rows.ts';

const conversationId = 'conv_01J9Z3K4M5N6P7Q8R900000001' as ConversationId;
const agentId = 'agent_01J9Z3K4M5N6P7Q8R900000001' as AgentId;
const messageId = (n: number): MessageId => `msg_01J9Z3K4M5N6P7Q8R9${String(n).padStart(8, '0')}` as MessageId;

/** One question and what became of it; the last one is asked now. */
interface Round {
  question: string;
  answer?: string;
  status?: MessageRow['status'];
}

interface Chat extends Disposable {
  readonly store: Store;
  build(options?: { contextTokens?: number; model?: string }): {
    messages: string[];
    omitted: number;
    system: string | undefined;
    params: ModelParams;
  };
}

function chat(rounds: readonly Round[], agent: { systemPrompt?: string; params?: ModelParams } = {}): Chat {
  const folder = dataFolder();
  const store = openFolder(folder.path, { synchronous: 'NORMAL' });
  store.begin();
  store.chat.insertAgent({
    id: agentId,
    name: 'A',
    systemPrompt: '',
    model: 'demo/demo',
    lane: 'high',
    params: {},
    fallbacks: [],
    fallbackAfterMs: 30_000,
    color: 'amber',
    tokensPerDay: null,
    spendPerDay: null,
    createdAt: 1,
    ...agent,
  });
  const conversation = { id: conversationId, title: '', titled: false, agentId, lastJobId: null, preview: '' };
  store.chat.insertConversation({ ...conversation, createdAt: 1, updatedAt: 1 });
  for (const [n, { question, answer, status = 'complete' }] of rounds.entries()) {
    const common = { conversationId, thinking: null, createdAt: 1 };
    const id = messageId(n);
    store.chat.insertMessage({
      ...common,
      id,
      role: 'user',
      text: question,
      status: 'complete',
      jobId: jobIdOf(n),
      position: id,
      parentId: n === 0 ? null : messageId(n - 1),
    });
    if (answer === undefined) continue;
    const position = answerPosition({ position: id }, jobIdOf(n), jobIdOf(n));
    const answered = { role: 'assistant', text: answer, status, jobId: jobIdOf(n), position, parentId: id } as const;
    store.chat.insertMessage({ ...common, ...answered, id: messageId(n + 50_000) });
  }
  store.commit();
  return {
    store,
    build({ contextTokens, model = 'demo/demo' } = {}) {
      const models = contextTokens === undefined ? [] : [{ id: 'demo', contextTokens }];
      const builder = new RequestBuilder(store, () => ({ kind: 'demo', models }));
      const data = { kind: 'chat', conversationId, messageId: messageId(rounds.length - 1), agentId, model } as const;
      const { request, omittedMessages } = builder.build(blankRow({ data }));
      expect(request.model).toBe(model.slice(model.indexOf('/') + 1));
      const messages = request.messages.map(
        ({ role, content }) => `${role}: ${typeof content === 'string' ? content : JSON.stringify(content)}`,
      );
      return { messages, omitted: omittedMessages, system: request.system, params: request.params };
    },
    [Symbol.dispose]() {
      store.close();
      folder[Symbol.dispose]();
    },
  };
}

describe('the request of a chat job', () => {
  it('is the history in its order, the system prompt and the settings of the agent', () => {
    using talk = chat(
      [{ question: 'one', answer: 'first' }, { question: 'two', answer: 'second' }, { question: 'three' }],
      {
        systemPrompt: 'be kind',
        params: { temperature: 0.5 },
      },
    );
    expect(talk.build()).toEqual({
      messages: ['user: one', 'assistant: first', 'user: two', 'assistant: second', 'user: three'],
      omitted: 0,
      system: 'be kind',
      params: { temperature: 0.5 },
    });
    expect(talk.build({ model: 'demo/with/slashes' }).messages.length).toBe(5);
  });

  it('puts an answer below its question, whatever was asked meanwhile', () => {
    using talk = chat([
      { question: 'one', answer: 'first' },
      { question: 'two', answer: 'second' },
      { question: 'three' },
    ]);
    // As rows they came later than all questions; see their ids.
    expect(talk.store.chat.newestMessages(conversationId, 9).map(({ text }) => text)).toEqual([
      'three',
      'second',
      'two',
      'first',
      'one',
    ]);
  });

  it('leaves out what was interrupted, and keeps what the user stopped', () => {
    using talk = chat([
      { question: 'one', answer: 'half', status: 'interrupted' },
      { question: 'two', answer: 'stopped', status: 'cancelled' },
      { question: 'three', answer: '', status: 'cancelled' },
      { question: 'four' },
    ]);
    expect(talk.build()).toMatchObject({
      messages: ['user: one', 'user: two', 'assistant: stopped', 'user: three', 'user: four'],
      omitted: 0,
    });
  });

  it('leaves out the oldest turns when they do not fit, and says how many', () => {
    const rounds = Array.from({ length: 200 }, (_, n) => ({
      question: `question ${n} `.padEnd(60),
      answer: `answer ${n} `.padEnd(60),
    }));
    using talk = chat([...rounds, { question: 'now' }]);
    const { messages, omitted } = talk.build({ contextTokens: 1_000 });
    expect(messages.length + omitted).toBe(401);
    expect(messages[0]).toMatch(/^user: /u);
    expect(messages.at(-1)).toBe('user: now');
    expect(messages.at(-2)).toContain('answer 199');
    // A quarter is kept for the answer: 750 tokens for 20 tokens each.
    expect(messages.length).toBe(37);
  });

  it('is the question alone where even that fills the context', () => {
    using talk = chat([{ question: 'one', answer: 'first' }, { question: 'x'.repeat(9_000) }]);
    expect(talk.build({ contextTokens: 1_000 })).toMatchObject({
      messages: [`user: ${'x'.repeat(9_000)}`],
      omitted: 2,
    });
  });

  it('keeps the tokens free that the agent allows for the answer', () => {
    const rounds = [{ question: 'y'.repeat(600), answer: 'z'.repeat(600) }, { question: 'now' }];
    using short = chat(rounds, { params: { maxOutputTokens: 100 } });
    expect(short.build({ contextTokens: 1_000 }).omitted).toBe(0);
    using long = chat(rounds, { params: { maxOutputTokens: 900 } });
    expect(long.build({ contextTokens: 1_000 }).omitted).toBe(2);
  });

  it('fits, begins with the user, drops only from the oldest end, and counts what it dropped', () => {
    const status = fc.constantFrom<MessageRow['status']>('complete', 'cut', 'cancelled', 'interrupted');
    const round = fc.record({ question: fc.nat({ max: 400 }), answer: fc.option(fc.nat({ max: 400 })), status });
    fc.assert(
      fc.property(
        fc.array(round, { maxLength: 70, size: 'max' }),
        fc.integer({ min: 40, max: 2_000 }),
        (drawn, contextTokens) => {
          const rounds = drawn.map(({ question, answer, status: ended }, n): Round => ({
            question: `${n}?`.padEnd(question, 'q'),
            ...(answer === null ? {} : { answer: answer === 0 ? '' : `${n}!`.padEnd(answer, 'a') }),
            status: ended,
          }));
          using talk = chat([...rounds, { question: 'now' }]);
          const { messages, omitted } = talk.build({ contextTokens });
          const all = rounds.flatMap(({ question, answer = '', status: ended }) => [
            `user: ${question}`,
            ...(answer === '' || ended === 'interrupted' ? [] : [`assistant: ${answer}`]),
          ]);
          const history = messages.slice(0, -1);
          expect(messages.at(-1)).toBe('user: now');
          expect(history).toEqual(all.slice(all.length - history.length));
          expect(omitted).toBe(all.length - history.length);
          if (history.length > 0) expect(history[0]).toMatch(/^user: /u);
          const tokens = history.reduce(
            (sum, text) => sum + estimateTokens(text.replace(/^\w+: /u, '')),
            estimateTokens('now'),
          );
          if (history.length > 0) expect(tokens).toBeLessThanOrEqual(contextTokens - Math.floor(contextTokens / 4));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is refused with words when its message was removed', () => {
    using talk = chat([{ question: 'one' }]);
    talk.store.chat.removeConversation(conversationId);
    expect(() => talk.build()).toThrow(/was removed/u);
  });
});
