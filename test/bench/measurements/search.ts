/** Full-text search over 100,000 messages: how long each letter of a query takes, and what indexing adds to a message. */
import { randomBytes } from 'node:crypto';
import { createUlid } from '../../../src/engine/ulid.ts';
import { openEngine, type BenchEngine } from '../bench-engine.ts';
import { below, type Figure } from '../figure.ts';
import type { Measurement } from '../measurement.ts';
import { ofRuns, quantile } from '../statistics.ts';

const messages = 100_000;
const conversations = 500;
const goalMs = 50;
const rounds = 100;

export const search: Measurement = {
  name: 'search',
  limitMs: 180_000,
  async run(context) {
    await using bench = openEngine(context.folder());
    await bench.engine.start();
    const perMessageUs = fill(bench);
    context.report({ name: `indexing a message of 90 words, in its transaction`, value: perMessageUs, unit: 'us' });
    const word = (rank: number): string => words[rank] ?? '';
    const queries: [string, string][] = [
      ['a word that every message holds', word(0)],
      ['two letters of a word that is being typed', word(300).slice(0, 2)],
      ['three words', `${word(20)} ${word(90)} ${word(200)}`],
      ['a phrase', `"${word(0)} ${word(1)}"`],
      ['a word of one message', rareWord],
    ];
    // Starts the side thread, and reads the index from the disk.
    const startedAt = performance.now();
    await bench.engine.search.messages({ query: word(0), limit: 20 });
    const firstMs = performance.now() - startedAt;
    context.report({
      name: 'the first search after a start, of a word that every message holds',
      value: firstMs,
      unit: 'ms',
    });
    for (const [name, query] of queries) context.report(await figure(bench, name, query));
  },
};

async function figure({ engine }: BenchEngine, name: string, query: string): Promise<Figure> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const startedAt = performance.now();
    const { conversations: found } = await engine.search.messages({ query, limit: 20 });
    times.push(performance.now() - startedAt);
    if (found.length === 0) throw new Error(`nothing was found by ${query}`);
  }
  const value = quantile(times, 0.95);
  return {
    name: `search in ${messages.toLocaleString('en')} messages, ${name}, p95`,
    unit: 'ms',
    ...ofRuns(times),
    value,
    goal: below(value, goalMs),
  };
}

/** Seeded: the same text in every run. Words are as frequent as in a language (Zipf). */
let state = 12_345;
function random(): number {
  state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
  return state / 2 ** 32;
}
const syllables = ['ba', 'co', 'di', 'fer', 'gu', 'lo', 'mi', 'nes', 'pa', 'ri', 'so', 'tun', 'va', 'ze'];
const words = Array.from({ length: 20_000 }, (_, rank) => {
  let text = '';
  for (let rest = rank + 14; rest > 0; rest = Math.floor(rest / 14)) text += syllables[rest % 14] ?? '';
  return text;
});
const rareWord = 'quokkaburger';
const zipf = (): string => words[Math.floor(words.length ** random()) - 1] ?? '';

/** Returns microseconds for each message, without the commit. */
function fill({ store }: BenchEngine): number {
  const { sqlite } = store;
  const agentId = store.chat.agents()[0]?.id;
  const conversation = sqlite.prepare(
    "INSERT INTO conversations (id, title, titled, agent_id, preview, created_at, updated_at) VALUES (?, ?, 1, ?, '', 0, 0)",
  );
  const message = sqlite.prepare(
    `INSERT INTO messages (id, conversation_id, role, text, status, created_at, position)
     VALUES (?, ?, 'user', ?, 'complete', ?, ?)`,
  );
  const ids = createUlid({ clock: Date, randomBytes });
  const homes = Array.from({ length: conversations }, () => `conv_${ids()}`);
  const texts = Array.from({ length: messages }, (_, i) => {
    const text = Array.from({ length: 90 }, zipf).join(' ');
    return `${words[0]} ${words[1]} ${text}${i === messages / 2 ? ` ${rareWord}` : ''}`;
  });
  store.begin();
  for (const id of homes) conversation.run(id, Array.from({ length: 4 }, zipf).join(' '), agentId);
  const startedAt = performance.now();
  for (const [index, text] of texts.entries()) {
    const id = `msg_${ids()}`;
    message.run(id, homes[index % conversations], text, Date.now() - (messages - index) * 60_000, id);
  }
  const spentMs = performance.now() - startedAt;
  store.commit();
  return (spentMs / messages) * 1_000;
}
