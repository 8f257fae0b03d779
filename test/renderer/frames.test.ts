/** Changes of a page that are gathered until the next frame. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { inNextFrame } from '../../src/renderer/remote/frames.ts';

let now = 0;
let asked: FrameRequestCallback[] = [];

/** One frame of 60 Hz. */
function frame(): void {
  now += 1_000 / 60;
  const due = asked;
  asked = [];
  for (const callback of due) callback(now);
}

beforeEach(() => {
  vi.stubGlobal('requestAnimationFrame', (callback: FrameRequestCallback) => asked.push(callback));
});
afterEach(() => {
  // What waits is drawn, so that nothing is left for the next test.
  while (asked.length > 0) frame();
  vi.unstubAllGlobals();
});

/** Holds the thread for so long. */
function work(ms: number): void {
  for (const until = performance.now() + ms; performance.now() < until;);
}

test('a change that is asked for many times is drawn once, and again after 32 ms at the earliest', () => {
  const draw = vi.fn<() => void>();
  for (let n = 0; n < 5; n += 1) inNextFrame(draw);
  expect(draw).not.toHaveBeenCalled();
  frame();
  expect(draw).toHaveBeenCalledTimes(1);
  inNextFrame(draw);
  frame();
  expect(draw).toHaveBeenCalledTimes(1);
  frame();
  expect(draw).toHaveBeenCalledTimes(2);
});

test('changes that take long are spread over frames, each in its turn', () => {
  const drawn: number[] = [];
  const changes = Array.from({ length: 4 }, (_, n) => () => {
    work(10);
    drawn.push(n);
  });
  for (const change of changes) inNextFrame(change);
  frame();
  expect(drawn).toEqual([0]);
  // It has changed again meanwhile, and stands behind the others.
  inNextFrame(changes[0] ?? (() => {}));
  for (let n = 0; n < 4; n += 1) frame();
  expect(drawn).toEqual([0, 1, 2, 3, 0]);
});

test('changes that take no time are drawn in one frame', () => {
  const draws = Array.from({ length: 20 }, () => vi.fn<() => void>());
  for (const draw of draws) inNextFrame(draw);
  frame();
  for (const draw of draws) expect(draw).toHaveBeenCalledTimes(1);
});
