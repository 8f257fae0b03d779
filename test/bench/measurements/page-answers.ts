/** Ten answers at once in the page: in ten conversations of which one is on screen, and in one channel, all on screen. */
import { randomUUID } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import type { TestHost } from '../../support/host.ts';
import { framesWhileTyping } from '../browser-frames.ts';
import { below, type Figure } from '../figure.ts';
import type { MeasurementContext } from '../measurement.ts';
import { openPlainBox } from '../plain-page.ts';
import { quantile } from '../statistics.ts';

const answersAtOnce = 10;
const letters = 40;
const forMs = 6_000;
const goalMs = 50;
/** Longer than everything that is measured takes. */
const demo = { tokens: 4_000, tokenMs: 15 };

interface Taken {
  readonly frames: number[];
  readonly letters: number[];
}

/** `open`: the page at an address within it, as soon as one can write. */
export async function manyAnswers(
  context: MeasurementContext,
  browser: Browser,
  host: TestHost,
  open: (hash: string) => Promise<{ tab: Page } & AsyncDisposable>,
): Promise<void> {
  const asked = await askInConversations(host);
  const measure = async (hash: string, answers: number): Promise<Taken> => {
    await using window = await open(hash);
    const { tab } = window;
    await tab
      .getByRole('article', { name: 'Answer' })
      .nth(answers - 1)
      .waitFor();
    await tab.getByRole('textbox', { name: 'Message', exact: true }).click();
    return await framesWhileTyping(tab, letters, forMs);
  };
  const one = await measure(`#/c/${asked.at(-1) ?? ''}`, 1);
  // The service streams on; the page asks nothing of it.
  await using plain = await openPlainBox(browser);
  const floor = await framesWhileTyping(plain.tab, letters, forMs);
  await plain[Symbol.asyncDispose]();
  for (const id of asked) await host.client.conversations.remove.mutate({ id });
  const channel = await askInChannel(host);
  const all = await measure(`#/c/${channel}`, answersAtOnce);
  context.report(
    ...figures(`${answersAtOnce} answers stream, one of them on screen`, one, floor),
    ...figures(`${answersAtOnce} answers stream, all on screen`, all, floor),
  );
}

function figures(what: string, taken: Taken, floor: Taken): Figure[] {
  const plain = 'a page with nothing but a text box, in the same browser';
  const longest = Math.max(...taken.frames);
  const typing = quantile(taken.letters, 0.95);
  return [
    {
      name: `the longest frame while ${what}`,
      value: longest,
      unit: 'ms',
      goal: below(longest, goalMs),
      limit: { what: plain, value: Math.max(...floor.frames) },
    },
    { name: 'a frame meanwhile, p95', value: quantile(taken.frames, 0.95), unit: 'ms' },
    {
      name: 'a letter until it is painted meanwhile, p95',
      value: typing,
      unit: 'ms',
      goal: below(typing, goalMs),
      limit: { what: plain, value: quantile(floor.letters, 0.95) },
    },
  ];
}

async function askInConversations(host: TestHost) {
  const { conversations } = host.client;
  return Promise.all(
    Array.from({ length: answersAtOnce }, async (_, n) => {
      const { id } = await conversations.create.mutate({ requestId: randomUUID(), title: `Stream ${n}` });
      await ask(host, id, 'Go on for a while.');
      return id;
    }),
  );
}

async function askInChannel(host: TestHost) {
  const { agents, projects } = host.client;
  const { id: projectId } = await projects.create.mutate({ requestId: randomUUID(), name: 'Ten' });
  const team: Awaited<ReturnType<typeof agents.create.mutate>>[] = [];
  for (let n = 0; n < answersAtOnce; n += 1) {
    team.push(
      await agents.create.mutate({ requestId: randomUUID(), agent: { name: `Agent ${n}`, model: 'demo/demo' } }),
    );
  }
  const [lead] = team;
  if (lead === undefined) throw new Error('there is no agent');
  const { id } = await projects.createChannel.mutate({
    requestId: randomUUID(),
    projectId,
    title: 'All of them',
    agentIds: team.map((agent) => agent.id),
    leadId: lead.id,
  });
  await ask(host, id, `${team.map(({ name }) => `@${name}`).join(' ')} go on for a while.`);
  return id;
}

async function ask(
  host: TestHost,
  conversationId: Parameters<typeof host.client.conversations.remove.mutate>[0]['id'],
  text: string,
) {
  await host.client.conversations.send.mutate({
    requestId: randomUUID(),
    conversationId,
    text,
    model: 'demo/demo',
    demo,
  });
}
