/** The job's page: a question of a conversation from its start to its end, failures in full, the jobs around one. */
import type { Locator } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { expectAccessible, visit } from './control-room.ts';
import { startLedModel } from './led-model.ts';
import { counts, shows, type Window } from './page-driver.ts';
import { tellStory } from './story.ts';

let window: Window;

const story = tellStory({ model: startLedModel });
beforeAll(async () => {
  window = await story.open();
});

const part = (name: string | RegExp): Locator => window.page.getByRole('region', { name });
/** The page of new conversations; from the control room it is reached by the navigation. */
async function beginAnew(): Promise<void> {
  await window.page
    .getByRole('navigation', { name: 'Main navigation' })
    .getByRole('link', { name: 'Conversations' })
    .click();
  await window.page.getByRole('heading', { name: 'Hand it over. Go on with your work.' }).waitFor();
}

/** Of a conversation: titles are written by jobs, too. */
const newestJob = async () => {
  const job = (await story.host.client.jobs.list.query({ limit: 10 })).find(
    ({ conversationId }) => conversationId !== null,
  );
  if (job === undefined) throw new Error('there is no job');
  return job;
};

test('a question is followed while it is answered: request, answer, attempt, timeline', async () => {
  await window.send('Why is the sky dark at night?');
  const answer = await story.model.asked('Why is the sky dark at night?');
  answer.say('Because the universe ');
  const { id, name } = await newestJob();
  await visit(window, `#/jobs/${id}`, `Job: ${name}`);
  await shows(part(/^Answer/u), 'Because the universe');
  await shows(part('Facts'), /Active.*streaming/su);
  await shows(part('Request'), /Built now; the last attempt was sent the same\..*Why is the sky dark at night\?/su);
  await shows(part('Attempts'), /Attempt 1\s*Running/u);
  answer.say('has an age.');
  await shows(part(/^Answer/u), 'Because the universe has an age.');
  answer.finish();
  await shows(part('Facts'), /Completed.*12 in, 34 out/su);
  await shows(part('Attempts'), /Attempt 1\s*Answered.*on worker 1/su);
  await shows(part('Timeline'), /Created.*Given to a worker.*First content.*The whole answer is there/su);
  await shows(part('Dependencies'), 'It waits for no job, and no job waits for it.');
});

test('an agent that was changed since makes another request; the page says so', async () => {
  const [agent] = await story.host.client.agents.list.query();
  if (agent === undefined) throw new Error('there is no agent');
  await story.host.client.agents.update.mutate({ id: agent.id, agent: { systemPrompt: 'Answer as an owl.' } });
  await window.page.reload();
  await shows(part('Request'), 'The conversation or its settings have changed since the last attempt');
  await story.host.client.agents.update.mutate({ id: agent.id, agent: { systemPrompt: agent.systemPrompt } });
});

test('the message that it answers is one click away', async () => {
  await window.page.getByRole('link', { name: 'Go to the message' }).click();
  await shows(window.log, 'Because the universe has an age.');
});

test('a failed attempt is shown whole: our words, class and code, status, the provider’s own words', async () => {
  await beginAnew();
  await window.send('fail once');
  (await story.model.asked('fail once')).fail(500, 'The flux capacitor is cold.');
  const { id, name } = await newestJob();
  await visit(window, `#/jobs/${id}`, `Job: ${name}`);
  await shows(part('Attempts'), /Attempt 1\s*Failed\s*tried again after a wait/u);
  await shows(part('Attempts'), /retryable · server-error · HTTP 500.*The flux capacitor is cold\./su);
  (await story.model.asked('fail once')).answer('Warm now.');
  await shows(part('Attempts'), /Attempt 2\s*Answered.*Attempt 1\s*Failed/su);
  await shows(part('Timeline'), /The attempt failed.*server-error/su);
});

test('what the machine allows now is offered: stop, then retry', async () => {
  await beginAnew();
  await window.send('stop me');
  (await story.model.asked('stop me')).say('I was about to');
  const { id, name } = await newestJob();
  await visit(window, `#/jobs/${id}`, `Job: ${name}`);
  await window.button('Stop').click();
  await shows(part('Facts'), 'Cancelled');
  await shows(part('Attempts'), /Attempt 1\s*Stopped/u);
  await shows(part('Timeline'), 'Stopped by hand');
  await window.button('Retry').click();
  (await story.model.asked('stop me')).answer('At last.');
  await shows(part(/^Answer/u), 'At last.');
});

test('the jobs around it: as a graph of links, and as a list', async () => {
  const spec = { model: 'demo/demo', messages: [{ role: 'user' as const, content: 'Go.' }] };
  const [, middle] = await story.host.client.jobs.enqueueMany.mutate({
    requestId: 'req-job-graph',
    jobs: [
      { ...spec, name: 'collect', delayMs: 86_400_000 },
      { ...spec, name: 'write', dependsOnIndex: [{ index: 0, onFailure: 'hold' }] },
      { ...spec, name: 'print', dependsOnIndex: [{ index: 1 }] },
    ],
  });
  await visit(window, `#/jobs/${middle ?? ''}`, 'Job: write');
  const graph = part('Dependencies').getByRole('group', { name: /^Jobs around this one/u });
  await counts(graph.getByRole('link'), 3);
  await part('Dependencies').getByRole('radio', { name: 'List' }).click();
  await shows(part('Dependencies'), /Waits for.*collect.*not ended yet; waits for a decision if it fails/su);
  await shows(part('Dependencies'), /Is waited for by.*print/su);
  await part('Dependencies').getByRole('radio', { name: 'Graph' }).click();
  const collect = graph.getByRole('link', { name: /collect/u });
  await collect.focus();
  await collect.press('Enter');
  await window.page.getByRole('heading', { level: 1, name: 'Job: collect' }).waitFor();
  await shows(part('Facts'), /Delayed.*due at/su);
  // By pointer as by key.
  await graph.getByRole('link', { name: /write/u }).click();
  await window.page.getByRole('heading', { level: 1, name: 'Job: write' }).waitFor();
});

test('a job that is not kept says so', async () => {
  await visit(window, '#/jobs/job_01J9Z3K8ABCDEFGHJKMNPQRSTV', /^Job:/u);
  await shows(window.page.getByRole('main'), 'This job is not kept any more');
  expect(window.complaints).toEqual([]);
});

test.each(['light', 'dark'] as const)('axe finds nothing in the %s theme, at any width', async (colorScheme) => {
  const jobs = await story.host.client.jobs.list.query({ limit: 10 });
  const job = jobs.find(({ name }) => name === 'write');
  if (job === undefined) throw new Error('the job of the graph is gone');
  await using other = await story.open({ colorScheme });
  await visit(other, `#/jobs/${job.id}`, 'Job: write');
  await counts(other.page.getByRole('group', { name: /^Jobs around/u }).getByRole('link'), 3);
  await expectAccessible(other.page);
});
