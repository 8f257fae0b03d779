/** What a page in Chromium does in time: its frames, what a key takes until it is painted, and a wheel that turns. */
import type { Page } from 'playwright-core';

/** A frame of 60 Hz takes 16.67 ms, and Chromium's times of frames are off by a tenth. */
export const frameOf60HzMs = 16.8;

/** Times between frames in the page, ms. */
function watchFrames(tab: Page, forMs: number): Promise<number[]> {
  return tab.evaluate(
    (limit) =>
      new Promise<number[]>((done) => {
        const times: number[] = [];
        let before: number | undefined;
        const startedAt = performance.now();
        const frame = (at: number): void => {
          if (before !== undefined) times.push(at - before);
          before = at;
          if (performance.now() - startedAt < limit) requestAnimationFrame(frame);
          else done(times);
        };
        requestAnimationFrame(frame);
      }),
    forMs,
  );
}

/** From a key's event to the end of the frame that shows its letter, ms. */
function typingTimes(tab: Page, count: number): Promise<number[]> {
  return tab.evaluate(
    (wanted) =>
      new Promise<number[]>((done) => {
        const times: number[] = [];
        const onKey = ({ timeStamp }: KeyboardEvent): void => {
          requestAnimationFrame(() => {
            // A task behind the frame: by then it has been painted.
            setTimeout(() => {
              times.push(performance.now() - timeStamp);
              if (times.length < wanted) return;
              removeEventListener('keydown', onKey, true);
              done(times);
            });
          });
        };
        addEventListener('keydown', onKey, true);
      }),
    count,
  );
}

/** Scrolls what `selector` finds upwards with the wheel, a notch for each frame, and returns the times of its frames, ms. */
export async function framesWhileWheeling(tab: Page, selector: string, forMs: number): Promise<number[]> {
  await tab.locator(selector).hover();
  const frames = watchFrames(tab, forMs);
  const until = performance.now() + forMs - 200;
  while (performance.now() < until) await tab.mouse.wheel(0, -120);
  return frames;
}

/**
 * Scrolls what `selector` finds downwards by some pixels in every frame, from a slow wheel (20) to a fling (400); returns the
 * times of the frames, ms.
 */
export function framesWhileScrolling(tab: Page, selector: string, forMs: number): Promise<number[]> {
  return tab.evaluate(
    ({ ms, what }) =>
      new Promise<number[]>((done) => {
        const region = document.querySelector(what);
        const frames: number[] = [];
        const startedAt = performance.now();
        let last = startedAt;
        const step = (now: number): void => {
          if (last !== startedAt) frames.push(now - last);
          last = now;
          if (region === null || now - startedAt > ms) {
            done(frames);
            return;
          }
          region.scrollTop += 20 + ((now - startedAt) / ms) * 380;
          requestAnimationFrame(step);
        };
        requestAnimationFrame(step);
      }),
    { ms: forMs, what: selector },
  );
}

/** Types `count` letters into the text box that has the focus while frames are watched for `forMs`. */
export async function framesWhileTyping(
  tab: Page,
  count: number,
  forMs: number,
): Promise<{ frames: number[]; letters: number[] }> {
  const watched = watchFrames(tab, forMs);
  const typed = typingTimes(tab, count);
  // Keys come another way than scripts: by now the page listens for them.
  await tab.evaluate(() => document.hasFocus());
  for (let n = 0; n < count; n += 1) await tab.keyboard.press('a', { delay: 30 });
  const [frames, letters] = await Promise.all([watched, typed]);
  return { frames, letters };
}
