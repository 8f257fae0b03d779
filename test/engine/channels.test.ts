/** Channels: several agents in one conversation, who answers what, and what becomes of a project. */
import { describe, expect, it } from 'vitest';
import { mentioned } from '../../src/engine/mentions.ts';
import { AgentSpec } from '../../src/protocol/agents.ts';
import type { AgentId, ConversationId } from '../../src/protocol/ids.ts';
import type { ConversationView, MessageView } from '../../src/protocol/views.ts';
import { newRequestId, startEngine, type TestEngine } from '../support/engine.ts';
import { failureOf } from '../support/job-queue.ts';

async function agent({ engine }: TestEngine, name: string): Promise<AgentId> {
  const spec = AgentSpec.parse({ name, model: 'demo/demo', systemPrompt: `You are ${name}.` });
  return (await engine.agents.create({ requestId: newRequestId(), agent: spec })).id;
}

async function channel(night: TestEngine, names: readonly string[]) {
  const ids: AgentId[] = [];
  for (const name of names) ids.push(await agent(night, name));
  const [leadId] = ids;
  if (leadId === undefined) throw new Error('a channel needs a lead');
  const project = await night.engine.projects.create({ requestId: newRequestId(), name: 'A project' });
  const conversation = await night.engine.projects.createChannel({
    requestId: newRequestId(),
    projectId: project.id,
    title: 'general',
    agentIds: ids,
    leadId,
  });
  return { project, conversation, ids };
}

describe('a message in a channel', () => {
  it('is answered by those whom it mentions, at the same time, and else by the lead', async () => {
    await using night = await startEngine();
    const { conversation, ids } = await channel(night, ['Anna', 'Ben', 'Cleo']);
    await night.say(conversation.id, '@Ben and @cleo: what do you think?');
    const runs = [await night.workers.nextRun(), await night.workers.nextRun()];
    expect(runs.map(({ request }) => request.system)).toEqual(['You are Ben.', 'You are Cleo.']);
    const behind = await night.say(conversation.id, 'And then?');
    expect(stateOf(behind), 'it waits for both').toEqual(['blocked']);
    runs[1]?.done('Cleo says this');
    await night.until(() => texts(night, conversation.id).includes('Cleo says this'));
    expect(night.workers.untaken).toEqual([]);
    runs[0]?.done('Ben says that');
    const third = await night.workers.nextRun();
    expect(third.request.system).toBe('You are Anna.');
    third.done('Anna sums up');
    await night.until(() => night.engine.conversations.get(conversation.id).openJobs === 0);
    expect(listed(night, conversation.id).map(({ text, agentId }) => [text, agentId])).toEqual([
      ['@Ben and @cleo: what do you think?', null],
      ['Ben says that', ids[1]],
      ['Cleo says this', ids[2]],
      ['And then?', null],
      ['Anna sums up', ids[0]],
    ]);
    expect(night.engine.conversations.get(conversation.id)).toMatchObject({
      kind: 'channel',
      title: 'general',
      agentIds: ids,
      unread: 3,
      arrival: { kind: 'answer', agentId: ids[0] },
    });
  });

  it('goes on with the others when an agent leaves, and with the default agent when none is left', async () => {
    await using night = await startEngine();
    const { conversation, ids } = await channel(night, ['Anna', 'Ben']);
    const [anna, ben] = ids;
    if (anna === undefined || ben === undefined) throw new Error('two agents were made');
    await night.engine.agents.remove(anna);
    expect(night.engine.conversations.get(conversation.id)).toMatchObject({ agentId: ben, agentIds: [ben] });
    await night.engine.agents.remove(ben);
    const heir = night.engine.settings.get().defaultAgentId;
    expect(night.engine.conversations.get(conversation.id)).toMatchObject({ agentId: heir, agentIds: [heir] });
    await night.say(conversation.id, '@Anna are you there?');
    (await night.workers.nextRun()).done('She is not.');
    await night.until(() => texts(night, conversation.id).includes('She is not.'));
  });

  it('has the members that it is given, with a lead among them', async () => {
    await using night = await startEngine();
    const { conversation, ids } = await channel(night, ['Anna', 'Ben']);
    const cleo = await agent(night, 'Cleo');
    const [, ben] = ids;
    if (ben === undefined) throw new Error('two agents were made');
    await night.engine.conversations.setMembers({ id: conversation.id, agentIds: [ben, cleo], leadId: cleo });
    expect(night.engine.conversations.get(conversation.id)).toMatchObject({ agentId: cleo, agentIds: [cleo, ben] });
    const direct = await night.conversation();
    const refused = night.engine.conversations.setMembers({ id: direct, agentIds: [ben], leadId: ben });
    await expect(refused).rejects.toMatchObject({ code: 'CONFLICT' });
  });
});

describe('a project', () => {
  it('is removed with its channels, and comes back with them', async () => {
    await using night = await startEngine();
    const { project, conversation } = await channel(night, ['Anna']);
    await night.say(conversation.id, 'a question');
    const run = await night.workers.nextRun();
    await night.engine.projects.remove(project.id);
    expect(run.worker.received.at(-1)).toMatchObject({ type: 'cancel', jobId: run.jobId });
    expect(night.engine.projects.list()).toEqual([]);
    expect(night.engine.conversations.list()).toEqual([]);
    await night.engine.projects.restore(project.id);
    expect(night.engine.projects.list()).toMatchObject([{ id: project.id }]);
    expect(titles(night.engine.conversations.list())).toEqual(['general']);
    expect(texts(night, conversation.id)).toEqual(['a question']);
  });

  it('comes back with the one channel that is restored', async () => {
    await using night = await startEngine();
    const { project, conversation } = await channel(night, ['Anna']);
    await night.engine.projects.remove(project.id);
    await night.engine.conversations.restore(conversation.id);
    expect(night.engine.projects.list()).toMatchObject([{ id: project.id }]);
    expect(titles(night.engine.conversations.list())).toEqual(['general']);
  });

  it('is purged some minutes later', async () => {
    await using night = await startEngine();
    const { project, conversation } = await channel(night, ['Anna']);
    await night.say(conversation.id, 'a question');
    (await night.workers.nextRun()).fail(failureOf('rejected', 'content-policy'));
    await night.engine.projects.remove(project.id);
    night.clock.advance(11 * 60_000);
    await night.pass(8_000);
    await expect(night.engine.projects.restore(project.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const left = night.store.sqlite.prepare(
      'SELECT (SELECT count(*) FROM projects) + (SELECT count(*) FROM conversations) + (SELECT count(*) FROM messages)',
    );
    expect(left.pluck().get()).toBe(0);
  });

  it('is renamed and archived', async () => {
    await using night = await startEngine();
    const { project } = await channel(night, ['Anna']);
    await night.engine.projects.update({ id: project.id, name: 'Another name', archived: true });
    expect(night.engine.projects.list()).toMatchObject([{ name: 'Another name', archivedAt: expect.any(Number) }]);
    await night.engine.projects.update({ id: project.id, archived: false });
    expect(night.engine.projects.list()).toMatchObject([{ name: 'Another name', archivedAt: null }]);
  });
});

describe('a mention', () => {
  const agents = ['Anna', 'Anna Lee', 'Bob', 'c++ expert', 'Zoë'].map((name) => ({ name }));
  const found = (text: string) => mentioned(text, agents).map(({ name }) => name);

  it.each([
    ['@Anna, please', ['Anna']],
    ['@Anna Lee, please', ['Anna Lee']],
    ['@anna lee and @BOB', ['Anna Lee', 'Bob']],
    ['(@Bob) @Bob @Anna', ['Bob', 'Anna']],
    ['@Zoë?', ['Zoë']],
    ['@c++ expert: hm', ['c++ expert']],
    ['@Bobby @Annabel', []],
    ['mail bob@Bob.example', []],
    ['`@Bob` and\n```\n@Anna\n```', []],
    ['@ Bob, @', []],
    ['@nobody', []],
  ])('%s', (text, names) => {
    expect(found(text)).toEqual(names);
  });
});

function listed({ engine }: TestEngine, conversationId: ConversationId): MessageView[] {
  return engine.messages.list({ conversationId, limit: 50 }).messages;
}

function texts(night: TestEngine, conversationId: ConversationId): string[] {
  return listed(night, conversationId).map(({ text }) => text);
}

function stateOf({ jobs }: MessageView): string[] {
  return jobs.map(({ state }) => state);
}

function titles(conversations: readonly ConversationView[]): string[] {
  return conversations.map(({ title }) => title);
}
