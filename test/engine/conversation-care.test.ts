/** What keeps conversations in order: read marks, titles, drafts, settings of their own, removal with a way back. */
import { describe, expect, it } from 'vitest';
import type { ConversationId } from '../../src/protocol/ids.ts';
import { AgentSpec } from '../../src/protocol/agents.ts';
import { newRequestId, startEngine, type TestEngine } from '../support/engine.ts';
import { failureOf } from '../support/job-queue.ts';
import { textPart } from '../support/scripted-workers.ts';

const view = ({ engine }: TestEngine, id: ConversationId) => engine.conversations.get(id);

describe('unread', () => {
  it('counts answers and failures until they are read, but nothing that the user has stopped', async () => {
    await using night = await startEngine();
    const id = await night.conversation();
    await night.say(id, 'one');
    (await night.workers.nextRun()).done('first');
    await night.until(() => view(night, id).unread === 1);
    const two = await night.say(id, 'two');
    (await night.workers.nextRun()).fail(failureOf('rejected', 'content-policy'));
    await night.until(() => view(night, id).unread === 2);
    expect(view(night, id).arrival).toMatchObject({ kind: 'failure', messageId: two.id });
    await night.engine.conversations.markRead({ id, messageId: two.id });
    expect(view(night, id)).toMatchObject({ unread: 0, arrival: { messageId: two.id } });

    await night.engine.jobs.send(two.jobId as NonNullable<typeof two.jobId>, 'SKIP');
    await night.say(id, 'three');
    const stopped = await night.workers.nextRun();
    stopped.delta(textPart('half of '));
    await night.until(() => night.engine.jobs.get(stopped.jobId).phase === 'streaming');
    await night.engine.jobs.send(stopped.jobId, 'CANCEL');
    expect(view(night, id).unread).toBe(0);
  });

  it('stays for what has arrived since the reader looked', async () => {
    await using night = await startEngine();
    const id = await night.conversation();
    await night.say(id, 'one');
    (await night.workers.nextRun()).done('first');
    await night.until(() => view(night, id).unread === 1);
    const seen = view(night, id).arrival?.messageId;
    await night.say(id, 'two');
    (await night.workers.nextRun()).done('second');
    await night.until(() => view(night, id).unread === 2);
    if (seen === undefined) throw new Error('something has arrived');
    expect(await night.engine.conversations.markRead({ id, messageId: seen })).toMatchObject({ unread: 2 });
  });

  it('is the same after a restart', async () => {
    await using night = await startEngine();
    const id = await night.conversation();
    await night.say(id, 'one');
    (await night.workers.nextRun()).done('first');
    await night.until(() => view(night, id).unread === 1);
    await night.stop();
    await using again = await startEngine({ folder: night.folder });
    expect(view(again, id)).toMatchObject({ unread: 1, arrival: { kind: 'answer' } });
  });
});

/** An agent whose provider is not the demo. */
async function realAgent({ engine }: TestEngine) {
  await engine.providers.set({ id: 'local', kind: 'openai-compatible', baseUrl: 'http://127.0.0.1:9/v1' });
  const agent = AgentSpec.parse({ name: 'Real', model: 'local/model' });
  return (await engine.agents.create({ requestId: newRequestId(), agent })).id;
}

async function talk(night: TestEngine) {
  const agentId = await realAgent(night);
  return (await night.engine.conversations.create({ requestId: newRequestId(), agentId })).id;
}

describe('a title', () => {
  it('is written by a job of the low lane after the first answer, once', async () => {
    await using night = await startEngine();
    const id = await talk(night);
    await night.say(id, 'Why is the sky blue?');
    expect(view(night, id).title).toBe('Why is the sky blue?');
    (await night.workers.nextRun()).done('Because of scattering.');
    const title = await night.workers.nextRun();
    expect(night.engine.jobs.get(title.jobId)).toMatchObject({ name: 'title', lane: 'low', model: 'local/model' });
    expect(title.request.messages[0]?.content).toContain('Why is the sky blue?');
    expect(view(night, id).openJobs, 'it is no work of the conversation').toBe(0);
    title.done('**"The Blue Sky"**\nand more');
    await night.until(() => view(night, id).title === 'The Blue Sky');
    await night.say(id, 'And red?');
    (await night.workers.nextRun()).done('Likewise.');
    await night.until(() => view(night, id).unread === 2);
    expect(night.workers.untaken).toEqual([]);
  });

  it('leaves alone what the user has called it meanwhile', async () => {
    await using night = await startEngine();
    const id = await talk(night);
    await night.say(id, 'one');
    (await night.workers.nextRun()).done('first');
    const title = await night.workers.nextRun();
    await night.engine.conversations.rename(id, 'My own');
    title.done('A model wrote this');
    await night.reaches(title.jobId, 'completed');
    expect(view(night, id).title).toBe('My own');
  });

  it('is written after a restart, when the host ended between answer and title', async () => {
    await using night = await startEngine();
    const id = await talk(night);
    await night.say(id, 'one');
    (await night.workers.nextRun()).done('first');
    const lost = await night.workers.nextRun();
    await night.stop();
    await using again = await startEngine({ folder: night.folder });
    const title = await again.workers.nextRun();
    expect(title.jobId).toBe(lost.jobId);
    title.done('Found again');
    await again.until(() => view(again, id).title === 'Found again');
  });

  it('stays the first line with the demo, without an answer, and where nobody wants one', async () => {
    await using night = await startEngine();
    const demo = await night.conversation();
    await night.say(demo, '# Hello **there**\nmore');
    (await night.workers.nextRun()).done('first');
    await night.until(() => view(night, demo).unread === 1);
    expect(view(night, demo).title).toBe('Hello there');

    await night.engine.settings.update({ writeTitles: false });
    const id = await talk(night);
    await night.say(id, 'one');
    (await night.workers.nextRun()).done('first');
    await night.until(() => view(night, id).unread === 1);
    expect(night.workers.untaken).toEqual([]);

    await night.engine.settings.update({ writeTitles: true });
    await night.say(id, 'two');
    (await night.workers.nextRun()).done('second');
    (await night.workers.nextRun()).done('   ');
    await night.until(() => night.engine.pool.get().finished.completed === 4);
    expect(view(night, id).title, 'the model said nothing').toBe('one');
  });
});

describe('settings of a conversation', () => {
  it('go before its agent, each by itself, and change no other', async () => {
    await using night = await startEngine();
    const [own, other] = [await night.conversation(), await night.conversation()];
    const agentId = view(night, own).agentId;
    await night.engine.agents.update({
      id: agentId,
      agent: { params: { temperature: 0.5, maxOutputTokens: 100 }, systemPrompt: 'Of the agent.' },
    });
    await night.engine.conversations.setSettings({
      id: own,
      model: 'demo/other',
      lane: 'low',
      systemPrompt: 'Of its own.',
      params: { temperature: 1.5 },
    });
    const said = await night.say(own, 'one');
    expect(said.jobs[0]).toMatchObject({ model: 'demo/other', lane: 'low' });
    const run = await night.workers.nextRun();
    expect(run.request).toMatchObject({
      model: 'other',
      system: 'Of its own.',
      params: { temperature: 1.5, maxOutputTokens: 100 },
    });
    run.done();
    await night.say(other, 'one');
    expect((await night.workers.nextRun()).request).toMatchObject({
      model: 'demo',
      system: 'Of the agent.',
      params: { temperature: 0.5, maxOutputTokens: 100 },
    });
    expect(night.engine.conversations.settings(other)).toEqual({
      model: null,
      lane: null,
      fallbacks: null,
      systemPrompt: null,
      params: null,
    });
    expect(await night.engine.conversations.setSettings({ id: own, model: null, systemPrompt: null })).toMatchObject({
      model: null,
      lane: 'low',
      systemPrompt: null,
      params: { temperature: 1.5 },
    });
  });

  it('refuse an unknown provider, and take another agent', async () => {
    await using night = await startEngine();
    const id = await night.conversation();
    await expect(night.engine.conversations.setSettings({ id, model: 'nobody/model' })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
    expect(night.engine.conversations.settings(id).model).toBeNull();
    const agentId = await realAgent(night);
    await night.engine.conversations.setSettings({ id, agentId });
    expect(view(night, id)).toMatchObject({ agentId, agentIds: [agentId] });
  });
});

describe('a draft', () => {
  it('is kept, told to whoever watches it, and survives a restart', async () => {
    await using night = await startEngine();
    const id = await night.conversation();
    const ended = new AbortController();
    const watch = night.engine.conversations.watchDraft(id, ended.signal)[Symbol.asyncIterator]();
    expect((await watch.next()).value).toMatchObject({ text: '', updatedAt: 0 });
    await night.engine.conversations.saveDraft({ id, text: 'half a thought', writer: 'window-1' });
    expect((await watch.next()).value).toMatchObject({ text: 'half a thought', writer: 'window-1' });
    ended.abort();
    await night.stop();
    await using again = await startEngine({ folder: night.folder });
    const later = again.engine.conversations.watchDraft(id, AbortSignal.timeout(5_000))[Symbol.asyncIterator]();
    expect((await later.next()).value).toMatchObject({ text: 'half a thought', writer: 'window-1' });
    await later.return?.();
  });
});

/** As if the machine had slept for so long, and the next look at what is due. */
async function later(night: TestEngine, ms: number): Promise<void> {
  night.clock.advance(ms);
  await night.pass(8_000);
}

describe('what is removed', () => {
  it('is hidden at once, can be restored with all that was in it, and is purged ten minutes later', async () => {
    await using night = await startEngine();
    const [kept, gone] = [await night.conversation(), await night.conversation()];
    for (const id of [kept, gone]) {
      await night.say(id, 'one');
      (await night.workers.nextRun()).done('first');
    }
    await night.until(() => view(night, gone).unread === 1);
    await night.engine.conversations.remove(kept);
    await night.engine.conversations.remove(gone);
    expect(night.engine.conversations.list()).toEqual([]);
    expect(night.engine.conversations.listRemoved().map(({ id }) => id)).toEqual([gone, kept]);
    await expect(night.say(kept, 'two')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await later(night, 9 * 60_000);
    await night.engine.conversations.restore(kept);
    expect(view(night, kept)).toMatchObject({ title: 'one', unread: 1 });
    await later(night, 2 * 60_000);
    await expect(night.engine.conversations.restore(gone)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const messages = night.store.sqlite.prepare('SELECT count(*) FROM messages').pluck();
    expect(messages.get()).toBe(2);
    await night.say(kept, 'two');
    (await night.workers.nextRun()).done('second');
    await night.until(() => view(night, kept).unread === 2);
  });

  it('is purged in time also when the host was restarted meanwhile, a long one in several turns', async () => {
    await using night = await startEngine();
    const id = await night.conversation();
    await night.engine.conversations.remove(id);
    const insert = night.store.sqlite.prepare(
      `INSERT INTO messages (id, conversation_id, role, text, status, created_at, position) VALUES (?, ?, 'user', 'x', 'complete', 1, ?)`,
    );
    for (let n = 0; n < 1_000; n += 1) insert.run(`msg_${n}`, id, `msg_${n}`);
    await night.stop();
    await using again = await startEngine({ folder: night.folder });
    const count = again.store.sqlite.prepare('SELECT count(*) FROM messages').pluck();
    expect(count.get()).toBe(1_000);
    await later(again, 10 * 60_000);
    expect(count.get()).toBe(0);
    expect(again.engine.conversations.listRemoved()).toEqual([]);
  });

  it('goes for good when it is purged by hand, and only then', async () => {
    await using night = await startEngine();
    const id = await night.conversation();
    await expect(night.engine.conversations.purge(id)).rejects.toMatchObject({ code: 'CONFLICT' });
    await night.engine.conversations.remove(id);
    await night.engine.conversations.purge(id);
    await later(night, 0);
    await expect(night.engine.conversations.restore(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('the list', () => {
  it('of 10,000 conversations is made in a fraction of a second', async () => {
    await using night = await startEngine();
    const agentId = night.engine.settings.get().defaultAgentId;
    if (agentId === null) throw new Error('there is a default agent');
    night.store.begin();
    for (let n = 0; n < 10_000; n += 1) {
      night.store.chat.insertConversation({
        id: `conv_${String(n).padStart(26, '0')}` as ConversationId,
        title: `Conversation ${n}`,
        titled: true,
        agentId,
        preview: 'the start of the newest message',
        createdAt: n,
        updatedAt: n,
      });
    }
    night.store.commit();
    const id = await night.conversation();
    await night.say(id, 'one');
    await night.workers.nextRun();
    night.engine.conversations.list();
    const started = performance.now();
    const list = night.engine.conversations.list();
    const tookMs = performance.now() - started;
    expect(list).toHaveLength(10_001);
    expect(list[0]).toMatchObject({ id, openJobs: 1, answering: true });
    // About 30 ms on the machine that this was written on; with a scan for each it would be seconds.
    expect(tookMs).toBeLessThan(400);
  });

  it('puts pinned and archived conversations where they are wanted', async () => {
    await using night = await startEngine();
    const id = await night.conversation();
    expect(await night.engine.conversations.organize({ id, pinned: true })).toMatchObject({
      pinnedAt: expect.any(Number),
      archivedAt: null,
    });
    expect(await night.engine.conversations.organize({ id, pinned: false, archived: true })).toMatchObject({
      pinnedAt: null,
      archivedAt: expect.any(Number),
    });
    await night.say(id, 'what is written to comes back');
    expect(view(night, id).archivedAt).toBeNull();
  });
});
