/** The goals of the world: one under way in every state a task can have, one whose plan awaits approval, one delivered. */
import { planned, type GoalScript } from '../support/goal-model.ts';

const [ada, miro, noor] = ['Ada', 'Miro', 'Noor'] as const;

const schema = `The tables that hold an account and its sessions:

| table | holds |
|---|---|
| \`accounts\` | address, password hash (argon2id), when it was confirmed |
| \`sessions\` | a hash of the token, the account, when it ends |

A session ends after 30 days, or 12 hours without use. **Open:** whether a password may be reset by post.`;

/** It hangs where one wants to see it work. */
export const underWay: GoalScript = {
  about: 'authentication for the web shop',
  plan: {
    title: 'Authentication for the web shop',
    tasks: [
      planned({ id: 'schema', title: 'Tables for accounts and sessions', agent: ada, result: 'data' }),
      planned({ id: 'threats', title: 'What an attacker would try', agent: noor, result: 'analysis' }),
      planned({ id: 'words', title: 'Words of the sign-in page', agent: miro }),
      planned({ id: 'login', title: 'Sign in and out', agent: ada, result: 'code', dependsOn: ['schema', 'threats'] }),
      planned({ id: 'reset', title: 'Reset a password', agent: ada, result: 'code', dependsOn: ['schema'] }),
      planned({ id: 'mails', title: 'Mails for confirmation and reset', agent: miro, dependsOn: ['words'] }),
      planned({
        id: 'limits',
        title: 'Limits on failed attempts',
        agent: noor,
        result: 'analysis',
        dependsOn: ['threats'],
      }),
      planned({
        id: 'tests',
        title: 'Tests of all of it',
        agent: ada,
        result: 'code',
        dependsOn: ['login', 'reset', 'limits'],
      }),
      planned({ id: 'guide', title: 'Guide for the support team', agent: miro, dependsOn: ['mails', 'tests'] }),
    ],
  },
  work(title) {
    if (title === 'Sign in and out')
      return { hang: '## Sign in\n\nThe form posts to `/session`. The server looks up the account, ' };
    if (title === 'Reset a password')
      return 'ASK: May a customer reset the password by **mail alone**, or only with a second factor?';
    if (title === 'Mails for confirmation and reset') return { refuse: 'The response was filtered.' };
    return title.startsWith('Tables')
      ? schema
      : `What there is to say about “${title}”, in short: it is done as it was asked for.`;
  },
  deliverable: '',
};

export const toApprove: GoalScript = {
  about: 'newsletter for the launch',
  plan: {
    title: 'Newsletter for the launch',
    tasks: [
      planned({ id: 'facts', title: 'What is new for customers', agent: noor, result: 'analysis' }),
      planned({ id: 'draft', title: 'The newsletter', agent: miro, dependsOn: ['facts'] }),
      planned({ id: 'subject', title: 'Five subject lines', agent: miro, dependsOn: ['draft'] }),
      planned({ id: 'check', title: 'Check every figure', agent: ada, result: 'analysis', dependsOn: ['draft'] }),
    ],
  },
  work: () => 'Done.',
  deliverable: '',
};

export const delivered: GoalScript = {
  about: 'compare three caches',
  plan: {
    title: 'Three caches compared',
    tasks: [
      planned({ id: 'memory', title: 'A cache in memory', agent: ada, result: 'analysis' }),
      planned({ id: 'table', title: 'A cache in a table', agent: ada, result: 'analysis' }),
      planned({ id: 'server', title: 'A cache server', agent: noor, result: 'analysis' }),
      planned({ id: 'advice', title: 'Advice', agent: miro, dependsOn: ['memory', 'table', 'server'] }),
    ],
  },
  work: (title) => `${title}: what it costs, and what it is good for.`,
  deliverable: `# Three caches compared

**Take the cache in memory** until a second process reads the prices; then the table.

| | read | after a restart | to run |
|---|---|---|---|
| in memory | 0.2 µs | cold | nothing |
| in a table | 40 µs | warm | nothing |
| a server | 350 µs | warm | one more process |

## Why

- Prices change twice a day: a cold start costs 30 ms, twice.
- A second process would see old prices for as long as its own copy lives.
- A server earns its keep from about ten processes on.

<<<FILE measurements.md>>>

# Measurements

100,000 reads each, one core, warm.`,
};
