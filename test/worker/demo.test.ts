import { describe, expect, it } from 'vitest';
import { demo } from '../../src/worker/providers/demo.ts';
import { demoTokens } from '../../src/worker/providers/demo-answer.ts';
import { askProvider, requestOf } from '../support/ask-provider.ts';
import { demoConnection } from '../support/worker-probe.ts';

describe('the demo', () => {
  it('says that it is a demo, answers to the message, and tells how to add a real provider', async () => {
    const fast = { firstContentMs: 0, tokenMs: 0 };
    const asked = askProvider(demo, demoConnection, requestOf('What is\na monad?', { demo: fast }));
    await asked.outcome;
    expect(asked.text()).toContain('built-in demo of Nightshift, not a language model');
    expect(asked.text()).toContain('> What is\n> a monad?');
    for (const hint of ['OPENAI_API_KEY', 'ANTHROPIC_API_KEY', 'OpenAI-compatible']) {
      expect(asked.text()).toContain(hint);
    }
  });

  it.each([0, 1, 2, 25])('answers with exactly %i tokens when told to', async (tokens) => {
    const asked = askProvider(demo, demoConnection, requestOf('hi', { demo: { tokens, tokenMs: 0 } }));
    expect(await asked.outcome).toEqual({ type: 'answered', finishReason: 'stop', usage: undefined, model: 'demo' });
    expect(asked.text().split(' ').filter(Boolean)).toHaveLength(tokens);
  });

  it('answers in the same call when there is nothing to wait for', () => {
    const request = requestOf('hi', { demo: { tokens: 1, tokenMs: 0 } });
    const outcome = demo.answer(request, demoConnection, new AbortController().signal, () => undefined);
    expect(outcome).toMatchObject({ type: 'answered' });
  });

  it('keeps its pace', async () => {
    const before = performance.now();
    const asked = askProvider(
      demo,
      demoConnection,
      requestOf('hi', { demo: { firstContentMs: 50, tokenMs: 10, tokens: 11 } }),
    );
    await asked.firstText;
    // A timer takes whole milliseconds, by a clock that is read once in a pass of the loop: it may be early by up to two.
    expect(performance.now() - before).toBeGreaterThanOrEqual(48);
    await asked.outcome;
    expect(performance.now() - before).toBeGreaterThanOrEqual(148);
  });

  it('stops at the limit on the output', async () => {
    const request = requestOf('hi', { demo: { tokens: 10, tokenMs: 0 }, params: { maxOutputTokens: 4 } });
    const asked = askProvider(demo, demoConnection, request);
    expect(await asked.outcome).toMatchObject({ finishReason: 'length' });
    expect(asked.text()).toBe('This is the built-in ');
  });

  it('stops when it is cancelled', async () => {
    const asked = askProvider(demo, demoConnection, requestOf('hi', { demo: { tokenMs: 1_000, firstContentMs: 0 } }));
    await asked.firstText;
    asked.cancel();
    expect(await asked.outcome).toEqual({ type: 'aborted' });
  });

  it('cuts a text into tokens that make up the text again', () => {
    const text = '  one\n\n- two `x`\t\n';
    expect(demoTokens(text).join('')).toBe(text);
  });
});
