/** What people and models say in the world of the screenshots. */

export const richQuestion =
  'Which of our three caches should we use for the price list, and what does it cost us when it is cold?';

/** Table, formula, code, diagram and a list of tasks: all that an answer can be made of. */
export const richAnswer = `**Use the read-through cache.** The price list changes twice a day and is read 400 times a second, so almost every read is a hit.

| Cache | Hit rate | p95 | Stale for at most |
|---|---:|---:|---|
| In process | 91 % | 0.2 ms | 60 s |
| **Read-through** | **99.4 %** | **1.1 ms** | **5 s** |
| Write-through | 99.9 % | 1.2 ms | 0 s |

With hit rate $h$, the mean time of a read is

$$
t = h \\cdot t_{hit} + (1 - h) \\cdot t_{miss} = 0.994 \\cdot 1.1 + 0.006 \\cdot 38 \\approx 1.3\\ \\text{ms}
$$

The read itself is short:

\`\`\`ts
export async function price(id: ProductId): Promise<Price> {
  const cached = await cache.get(id);
  return cached ?? cache.fill(id, () => prices.read(id), { ttlMs: 5_000 });
}
\`\`\`

\`\`\`mermaid
flowchart LR
  shop[Shop] --> cache{In the cache?}
  cache -- yes --> answer[Price]
  cache -- no --> database[(Prices)] --> answer
\`\`\`

- [x] measure the hit rate of a week
- [ ] warm the cache after a deployment`;

export const streamingQuestion = 'Draft the note to customers about the maintenance window on Sunday.';
export const streamingWords = `Here is a draft, short enough to be read on a phone:

> **Planned maintenance, Sunday 02:00 to 04:00 UTC**
>
> We move our database to faster machines. You can read and search during that time; what you write is kept and`;
export const queuedQuestions = ['And a German version, informal.', 'Then a two-line one for the status page.'];

export const failingQuestion = 'Translate the whole handbook into Portuguese in one go.';
export const failure =
  "This model's maximum context length is 128000 tokens. However, your messages resulted in 412877 tokens.";

/** Title, question and answer of conversations that are over. */
export const talks = [
  [
    'Release notes for 4.2',
    'Turn the merged pull requests into release notes.',
    'Three things change for users: **search** is instant, **exports** keep attachments, and the **queue** can be paused.',
  ],
  [
    'Why the nightly build was slow',
    'Why did the nightly build take 40 minutes longer?',
    'The cache key holds the date, so every night started cold. Use the hash of the lock file instead.',
  ],
  [
    'Interview questions, data team',
    'Five questions for a data engineer, from easy to hard.',
    '1. What is idempotence, and where did you need it last?\n2. How do you backfill a year?\n3. When is a table too wide?\n4. How do late events reach the right day?\n5. Design a queue that loses nothing.',
  ],
  ['مراجعة العقد', 'لخّص هذا العقد في ثلاث نقاط.', 'المدة سنتان، والتجديد تلقائي، ويمكن الإلغاء قبل ثلاثين يومًا.'],
  [
    'Regular expression for order numbers',
    'A regular expression for NS-2026-000123, please.',
    '`^NS-\\d{4}-\\d{6}$` takes exactly those.',
  ],
] as const;

export const channelQuestion = '@Ada and @Miro: is the new checkout ready for launch on Thursday?';
export const channelAnswers = {
  Ada: 'From the code, **yes**: all 214 tests pass, and the old path stays behind a flag for a week.',
  Miro: 'The words are ready in English and German. French still misses the refund page; I can have it by Wednesday.',
} as const;

/** What the jobs of the queue ask. */
export const errands = [
  'Summarise the support ticket',
  'Classify the review',
  'Extract the invoice fields from document',
  'Translate the product text',
  'Embed the release note in plain words',
  'Check the alt text of picture',
] as const;

export const refusedErrand = 'Rate this picture from 1 to 5.';
export const retriedErrand = 'Compare the two offers and name the cheaper one.';
export const retriedAnswer = 'The second offer is cheaper by 1,240 EUR a year, with the same notice period.';
