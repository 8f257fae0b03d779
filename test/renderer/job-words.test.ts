/** What a person reads about a job. */
import { describe, expect, test } from 'vitest';
import type { HeldUp } from '../../src/protocol/held-up.ts';
import { jobStates, type Failure } from '../../src/protocol/job.ts';
import { AgentId } from '../../src/protocol/ids.ts';
import { de } from '../../src/renderer/i18n/de/index.ts';
import { jobWords as wordsOf } from '../../src/renderer/messages/job-words.ts';
import { formatSpan, formatWait } from '../../src/renderer/messages/spans.ts';
import { english } from './english.ts';
import { jobView } from './views.ts';

const page = await english();
const t = page.getFixedT('en', 'messages');
const german = page.addResourceBundle('de', 'messages', de.messages).getFixedT('de', 'messages');
const jobWords = (...args: DropFirst<Parameters<typeof wordsOf>>) => wordsOf(t, ...args);
type DropFirst<All extends unknown[]> = All extends [unknown, ...infer Rest] ? Rest : never;

const failure: Failure = { class: 'retryable', code: 'overloaded', message: 'The provider is overloaded.' };

describe("a job's words", () => {
  test('say something in every state but completed', () => {
    for (const state of jobStates) {
      const words = jobWords(jobView({ state }), 0);
      if (state === 'completed') expect(words).toBeNull();
      else expect(words?.title).not.toBe('');
    }
  });

  test.each([
    [0, 'Waiting, next in line'],
    [1, 'Waiting, 1 job ahead'],
    [12, 'Waiting, 12 jobs ahead'],
    [null, 'Waiting, more than 999 jobs ahead'],
  ])('name the place %s in the queue', (place, title) => {
    expect(jobWords(jobView({ place }), 0)).toEqual({ tone: 'waiting', title, detail: null });
  });

  test('say who holds it up, rather than its place', () => {
    const heldUp = { kind: 'provider-state', provider: 'My OpenAI', reason: 'Slow down, please.' } as const;
    expect(jobWords(jobView({ place: 3, heldUp, heldUpBy: 'in English', heldUpUntil: 40_000 }), 0)).toEqual({
      tone: 'waiting',
      title: 'Waiting for 40 s',
      detail: 'My OpenAI takes no requests now.',
      quote: 'Slow down, please.',
    });
    expect(jobWords(jobView({ heldUp: { ...heldUp, reason: null } }), 0)).not.toHaveProperty('quote');
  });

  test.each([
    [{ kind: 'provider-removed', provider: 'x' }, 'The provider “x” was removed.', 'Der Anbieter „x“ wurde entfernt.'],
    [{ kind: 'lane-paused' }, /^Its lane is paused/u, /^Seine Spur ist angehalten/u],
    [{ kind: 'provider-paused', provider: 'x' }, /^x is paused/u, /^x ist angehalten/u],
    [
      { kind: 'limit', provider: 'x', of: 'requests', limit: 1, kept: false },
      'The limit of 1 request a minute at x is used up.',
      'Die Grenze von 1 Anfrage pro Minute bei x ist ausgeschöpft.',
    ],
    [
      { kind: 'limit', provider: 'x', of: 'tokens', limit: 1_000, kept: false },
      'The limit of 1,000 tokens a minute at x is used up.',
      /^Die Grenze von 1[.,]000 Tokens pro Minute bei x ist ausgeschöpft/u,
    ],
    [
      { kind: 'limit', provider: 'x', of: 'requests', limit: 5, kept: true },
      /^Of the limit of 5 requests .* more urgent jobs/u,
      /^Von der Grenze von 5 Anfragen .* dringenderen Jobs/u,
    ],
    [{ kind: 'probing', provider: 'x', reason: null }, /whether x is back/u, /ob x wieder da ist/u],
    [{ kind: 'provider-state', provider: 'x', reason: null }, /^x takes no requests/u, /^x nimmt gerade keine/u],
  ] as const)('say in the page’s language why it waits: %o', async (heldUp: HeldUp, inEnglish, inGerman) => {
    const detailIn = (words: typeof t) => wordsOf(words, jobView({ heldUp, heldUpBy: 'in English' }), 0)?.detail;
    expect(detailIn(t)).toMatch(inEnglish);
    expect(detailIn(german)).toMatch(inGerman);
  });

  test('say that the agent has used up its day, and until when', () => {
    const agentLimit = { agentId: AgentId.parse(`agent_${'0'.repeat(26)}`), kind: 'tokens', limit: 10 } as const;
    const words = jobWords(jobView({ heldUpBy: 'the service’s words', heldUpUntil: 86_400_000, agentLimit }), 0);
    expect(words?.title).toBe('Waiting');
    expect(words?.quote).toBeUndefined();
    expect(words?.detail).toMatch(
      /^The agent’s limit of tokens for today is reached\. Raise it, or wait until .*\d.*\.$/u,
    );
  });

  test('count down to the next try and say why there is one', () => {
    const job = jobView({ state: 'delayed', runAt: 10_000, failure, attemptsMade: 1 });
    expect(jobWords(job, 5_500)).toEqual({
      tone: 'retrying',
      title: 'Retrying in 5 s',
      detail: 'openai is overloaded. The job waits and goes on by itself. Attempt 1 of 3 failed.',
    });
    expect(jobWords(job, 60_000)?.title).toBe('Retrying in 0 s');
    expect(jobWords({ ...job, failure: null }, 5_500)?.title).toBe('Starts in 5 s');
  });

  test('tell a job that lost its worker from one that begins', () => {
    const starting = jobView({ state: 'active', phase: 'starting', attemptsStarted: 1 });
    expect(jobWords(starting, 0)).toEqual({ tone: 'working', title: 'Starting', detail: null });
    expect(jobWords({ ...starting, attemptsStarted: 2, stalledCounter: 1 }, 0)?.detail).toContain('run again');
    expect(jobWords(jobView({ attemptsStarted: 1, stalledCounter: 1 }), 0)?.detail).toContain('run again');
  });

  test('tell an answer that was stopped from one that failed and was skipped', () => {
    expect(jobWords(jobView({ state: 'cancelled' }), 0)).toEqual({ tone: 'stopped', title: 'Stopped', detail: null });
    const title = (over: Partial<Failure>, attemptsMade: number) =>
      jobWords(jobView({ state: 'cancelled', failure: { ...failure, ...over }, attemptsMade }), 0)?.title;
    expect(title({ class: 'retryable' }, 1)).toBe('Stopped');
    expect(title({ class: 'provider-down' }, 1)).toBe('Stopped');
    expect(title({ class: 'cancelled' }, 0)).toBe('Stopped');
    expect(title({ class: 'retryable' }, 3)).toBe('Skipped');
    expect(title({ class: 'rejected' }, 1)).toBe('Skipped');
    expect(jobWords(jobView({ state: 'cancelled', failure, attemptsMade: 3 }), 0)?.detail).toContain(
      'openai is overloaded',
    );
  });

  test('tell a queued message from one that waits for a decision', () => {
    expect(jobWords(jobView({ state: 'blocked' }), 0)?.title).toBe('Queued behind the answer above');
    expect(jobWords(jobView({ state: 'blocked', heldByFailure: true }), 0)?.detail).toContain('skip it');
  });
});

describe('times', () => {
  test.each([
    [-5, '0 s'],
    [1, '1 s'],
    [59_000, '59 s'],
    [60_000, '1 min'],
    [125_000, '2 min 5 s'],
    [3_600_000, '1 h'],
    [3_780_000, '1 h 3 min'],
  ])('a wait of %s ms is %s', (ms, words) => {
    expect(formatWait(ms)).toBe(words);
  });

  test.each([
    [340, '340 ms'],
    [1_240, '1.2 s'],
    [14_000, '14 s'],
  ])('a span of %s ms is %s', (ms, words) => {
    expect(formatSpan(ms)).toBe(words);
  });
});
