/** Leaving while work is under way: the user decides whether it is waited for. */
import { app, dialog } from 'electron';
import type { Words } from './words.ts';
import type { Workload } from './workload.ts';

/** What runs may go on for so long after "quit when it is done". */
const patientDrainMs = 60 * 60_000;
const quickDrainMs = 0;

/** The buttons of the question, in their order. */
export type Answer = 'when-done' | 'now' | 'stay';
const answers: readonly Answer[] = ['when-done', 'now', 'stay'];

/** How long what runs may go on, ms; undefined: the user stays. Nobody is asked where nothing runs. */
export async function drainBeforeQuit(running: number, ask: () => Promise<Answer>): Promise<number | undefined> {
  if (running === 0) return quickDrainMs;
  const answer = await ask();
  if (answer === 'stay') return undefined;
  return answer === 'now' ? quickDrainMs : patientDrainMs;
}

export interface QuitOptions {
  words: Words;
  workload: () => Workload;
  /** Stops the service; resolves when everything is closed. A second call with a shorter time shortens it. */
  stop: (options: { drainMs: number }) => Promise<void>;
  /** The windows go, the service goes on for a while. */
  hideWindows: () => void;
}

/** From now on `app.quit()`, however it comes about, asks first and ends the service in good order. */
export function askBeforeQuit({ words, workload, stop, hideWindows }: QuitOptions): { readonly isQuitting: boolean } {
  let state: 'running' | 'asking' | 'stopping' | 'stopped' = 'running';

  async function leave(drainMs: number): Promise<void> {
    state = 'stopping';
    hideWindows();
    await stop({ drainMs });
    state = 'stopped';
    app.quit();
  }

  async function ask(): Promise<void> {
    state = 'asking';
    const { running } = workload();
    const drainMs = await drainBeforeQuit(running, async () => {
      const { response } = await dialog.showMessageBox({
        type: 'question',
        message: words.quitTitle,
        detail: `${words.running(running)}. ${words.quitDetail}`,
        buttons: [words.quitWhenDone, words.quitNow, words.stay],
        defaultId: 0,
        cancelId: answers.indexOf('stay'),
      });
      return answers[response] ?? 'stay';
    });
    state = 'running';
    if (drainMs !== undefined) await leave(drainMs);
  }

  app.on('before-quit', (event) => {
    if (state === 'stopped') return;
    event.preventDefault();
    if (state === 'running') void ask();
    // Asked again while it waits for what runs: at once, then.
    else if (state === 'stopping') void stop({ drainMs: quickDrainMs });
  });
  return {
    get isQuitting() {
      return state === 'stopping' || state === 'stopped';
    },
  };
}
