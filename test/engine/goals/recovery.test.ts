/** Goals over restarts and cut turns: one decomposition, one result for each task, one deliverable. */
import { describe, expect, it } from 'vitest';
import { startEngine, type TestEngine } from '../../support/engine.ts';
import { dataFolder } from '../../support/data-folder.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { planOf, playModels, reaches, startGoal, taskOf, timelineOf } from '../../support/goals.ts';

const plan = planOf({ a: [], b: ['a'], c: ['a'], d: ['b', 'c'] });

/** Each came about once, whatever was asked for twice. */
function expectOnce(night: TestEngine, id: Parameters<typeof timelineOf>[1]): void {
  const lines = timelineOf(night, id);
  for (const line of ['planned', ...['a', 'b', 'c', 'd'].map((key) => `task-accepted ${key}`), 'delivered']) {
    expect(
      lines.filter((one) => one === line),
      line,
    ).toHaveLength(1);
  }
  const { messages } = night.engine.messages.list({
    conversationId: night.engine.goals.get(id).goal.conversationId,
    limit: 100,
  });
  expect(messages.map(({ goal }) => goal?.kind ?? 'none').toSorted()).toEqual(
    ['intention', 'started', 'result', 'result', 'result', 'result', 'delivered'].toSorted(),
  );
}

describe('a goal over restarts', () => {
  it('goes on wherever the host died', async () => {
    using folder = dataFolder();
    let starts = 0;
    let id: Parameters<typeof timelineOf>[1] | undefined;
    for (let done = false; !done; starts += 1) {
      await using night = await startEngine({ folder: folder.path });
      // Each life of the host gives a few answers, then it dies with whatever is under way.
      let answers = 2;
      const { promise: died, resolve: die } = Promise.withResolvers<void>();
      const models = playModels(night);
      const script = { plan: () => JSON.stringify(plan) };
      models.script = {
        ...script,
        ...Object.fromEntries(
          (['work', 'review', 'deliver'] as const).map((purpose) => [
            purpose,
            ({ key }: { key: string }) => {
              answers -= 1;
              if (answers < 0) {
                die();
                return undefined;
              }
              return purpose === 'review'
                ? JSON.stringify({ verdict: 'accept', reasons: [], summary: key })
                : `${purpose} ${key}`;
            },
          ]),
        ),
      };
      // What was running when the last one died is given to workers as soon as there are any: before the models played.
      for (const run of night.workers.untaken) night.workers.onRun?.(run);
      const goal = id === undefined ? await startGoal(night, 'Write') : night.engine.goals.get(id).goal;
      id = goal.id;
      await Promise.race([died, reaches(night, goal.id, 'delivered')]);
      done = night.store.goals.get(goal.id)?.state === 'delivered';
      if (done) {
        expectOnce(night, goal.id);
        expect(night.engine.goals.get(goal.id).goal.burn).toMatchObject({ inFlightTokens: 0, inFlightCostMicros: 0 });
      }
    }
    expect(starts).toBeGreaterThan(3);
  });

  it('does not count the time in which no process ran', async () => {
    using folder = dataFolder();
    let id: Parameters<typeof timelineOf>[1] | undefined;
    {
      await using night = await startEngine({ folder: folder.path });
      playModels(night, { work: () => undefined });
      id = (await startGoal(night, 'Write', { plan: planOf({ a: [] }) })).id;
      await night.pass(1_000);
    }
    const clock = new ManualClock();
    clock.jumpTo(clock.now() + 8 * 3_600_000);
    await using night = await startEngine({ folder: folder.path, clock });
    await night.until(() => night.store.goals.get(id)?.activeSince === clock.now());
    expect(night.engine.goals.get(id).goal.burn.timeMs).toBeLessThan(2_000);
  });

  it('starts what a crash left ready without a job', async () => {
    using folder = dataFolder();
    let id: Parameters<typeof timelineOf>[1] | undefined;
    {
      await using night = await startEngine({ folder: folder.path });
      playModels(night, { work: () => undefined });
      const wide = planOf(Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`t${at}`, []])));
      id = (await startGoal(night, 'Write', { plan: wide, options: { automatic: true, review: false } })).id;
      // As if it had died between the first turn, which makes a part of the calls, and the next.
      night.store.sqlite.exec("DELETE FROM llm_jobs WHERE state = 'waiting'");
    }
    await using night = await startEngine({ folder: folder.path });
    const models = playModels(night);
    for (const run of night.workers.untaken) night.workers.onRun?.(run);
    await reaches(night, id, 'delivered');
    expect(new Set(models.of('work').map(({ key }) => key)).size).toBe(60);
    expect(taskOf(night, id, 't59').state).toBe('accepted');
  });
});

describe('a turn of a goal that fails', () => {
  it('is as if it had never been, and happens when the disk takes writes again', async () => {
    let broken = false;
    let failures = 0;
    await using night = await startEngine({
      onTurnStep: (step, turn) => {
        const isGoals = [...turn.bells.keys()].some((topic) => topic.startsWith('goal:'));
        if (step !== 'ran' || !isGoals) return;
        broken = !broken;
        if (!broken) return;
        failures += 1;
        throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
      },
    });
    playModels(night, { plan: () => JSON.stringify(plan) });
    const goal = await startGoal(night, 'Write').catch(async () => {
      await night.pass(1_000);
      return startGoal(night, 'Write');
    });
    while (night.store.goals.get(goal.id)?.state !== 'delivered') {
      night.clock.advance(6_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expectOnce(night, goal.id);
    expect(failures).toBeGreaterThan(5);
  });
});
