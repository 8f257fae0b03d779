import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agentNamed, planProblems } from '../../../machines/policy/plan-problems.ts';
import type { Plan, PlannedTask } from '../../../src/protocol/goals.ts';

const has = { agents: ['Ada', 'Grace Hopper'], maxTasks: 60 };

function task(id: string, more: Partial<PlannedTask> = {}): PlannedTask {
  return {
    id,
    title: `Task ${id}`,
    instructions: 'Write it.',
    acceptance: ['It is written.'],
    agent: 'Ada',
    dependsOn: [],
    result: 'document',
    needs: [],
    ...more,
  };
}

function plan(...tasks: PlannedTask[]): Plan {
  return { title: 'A plan', tasks };
}

/** Tasks that depend on earlier ones only. */
const sound = fc
  .array(fc.array(fc.nat({ max: 59 }), { maxLength: 4 }), { minLength: 1, maxLength: 60 })
  .map((rows) =>
    rows.map((needs, index) =>
      task(`t${index}`, { dependsOn: index === 0 ? [] : [...new Set(needs.map((need) => `t${need % index}`))] }),
    ),
  );

describe('planProblems', () => {
  it('finds nothing in a plan whose tasks depend on earlier ones, in any order', () => {
    fc.assert(
      fc.property(
        sound.chain((tasks) => fc.shuffledSubarray(tasks, { minLength: tasks.length })),
        (tasks) => {
          expect(planProblems(plan(...tasks), has)).toEqual([]);
        },
      ),
    );
  });

  it('finds each circle, and names a way around it that exists', () => {
    fc.assert(
      fc.property(sound, fc.nat(), fc.nat(), (tasks, from, to) => {
        const early = tasks[Math.min(from, to) % tasks.length];
        const late = tasks[Math.max(from, to) % tasks.length];
        if (early === undefined || late === undefined) return;
        // Ways lead from late to early tasks only; with these two edges there is one in both directions.
        late.dependsOn.push(early.id);
        early.dependsOn.push(late.id);
        const problems = planProblems(plan(...tasks), has);
        expect(problems).toHaveLength(1);
        const way = [...(problems[0]?.matchAll(/"(t\d+)"/gu) ?? [])].map(([, id]) => id ?? '');
        for (const [index, id] of way.slice(0, -1).entries()) {
          expect(tasks.find((one) => one.id === id)?.dependsOn).toContain(way[index + 1]);
        }
      }),
    );
  });

  it('names a task that depends on itself, and two circles apart', () => {
    expect(planProblems(plan(task('a', { dependsOn: ['a'] })), has)).toEqual(['Task "a" depends on itself.']);
    const two = planProblems(
      plan(
        task('a', { dependsOn: ['b'] }),
        task('b', { dependsOn: ['a'] }),
        task('c', { dependsOn: ['d', 'a'] }),
        task('d', { dependsOn: ['c'] }),
      ),
      has,
    );
    expect(two).toHaveLength(2);
    const around = (way: string): string =>
      `These tasks wait for each other and none could ever start: ${way}. Remove one of these dependencies.`;
    expect(two).toEqual([around('"a" → "b" → "a"'), around('"c" → "d" → "c"')]);
  });

  it('finds a circle behind a task that waits for one that is not there, or for the circle', () => {
    const circle = [task('b', { dependsOn: ['c'] }), task('c', { dependsOn: ['b'] })];
    for (const first of [task('a', { dependsOn: ['gone'] }), task('a', { dependsOn: ['gone', 'b'] })]) {
      expect(planProblems(plan(first, ...circle), has)).toEqual([
        'Task "a" depends on "gone", and no task has that id.',
        expect.stringMatching(/"b" → "c" → "b"|"c" → "b" → "c"/u),
      ]);
    }
  });

  it('says that there is nothing to do', () => {
    expect(planProblems(plan(), has)).toEqual(['The plan has no task. It needs at least one.']);
  });

  it('counts tasks', () => {
    const tasks = Array.from({ length: 61 }, (_, index) => task(`t${index}`));
    expect(planProblems(plan(...tasks), has)).toEqual([
      'The plan has 61 tasks; at most 60 are possible. Join tasks that belong together.',
    ]);
    expect(planProblems(plan(...tasks.slice(1)), has)).toEqual([]);
  });

  it('names agents that are not there with those that are, and does not mind capitals', () => {
    const problems = planProblems(
      plan(task('a', { agent: 'Bob' }), task('b', { agent: ' grace hopper' }), task('c', { agent: '@Ada' })),
      has,
    );
    expect(problems).toEqual([
      'Task "a" is given to "Bob", and there is no agent of that name. Choose one of: "Ada", "Grace Hopper".',
    ]);
  });

  it('names dependencies that are not there, each once', () => {
    expect(planProblems(plan(task('a', { dependsOn: ['x', 'x'] })), has)).toEqual([
      'Task "a" depends on "x", and no task has that id.',
    ]);
  });

  it('names ids that are taken', () => {
    expect(planProblems(plan(task('a'), task('a'), task('a')), has)).toEqual([
      'The id "a" is given to 3 tasks. Each task needs an id of its own.',
    ]);
  });

  it('refuses work that needs what agents do not have', () => {
    const [problem] = planProblems(plan(task('a', { needs: ['files', 'internet'] })), has);
    expect(problem).toBe(
      'Task "a" needs access to files and the internet, which the agents do not have. They can only write text. ' +
        'Change the task so that it can be done by writing, or leave it out.',
    );
    const [other] = planProblems(plan(task('a', { needs: ['people', 'tools', 'people'] })), has);
    expect(other).toContain('needs people who do something and tools or programs that are run, which');
  });

  it('says no more than can be read', () => {
    const tasks = Array.from({ length: 50 }, (_, index) => task(`t${index}`, { agent: 'Nobody' }));
    expect(planProblems(plan(...tasks), has)).toHaveLength(20);
  });
});

describe('agentNamed', () => {
  it('prefers the name as it stands', () => {
    const agents = [{ name: 'ada' }, { name: 'Ada' }];
    expect(agentNamed('Ada', agents)).toBe(agents[1]);
    expect(agentNamed('ADA ', agents)).toBe(agents[0]);
    expect(agentNamed('Eve', agents)).toBeUndefined();
  });
});
