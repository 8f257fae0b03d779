/** Where a window was and how large, kept over a restart. */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { z } from 'zod';

export const WindowState = z.object({
  x: z.number().int().optional(),
  y: z.number().int().optional(),
  width: z.number().int().min(320).max(20_000),
  height: z.number().int().min(240).max(20_000),
  maximized: z.boolean(),
});
export type WindowState = z.infer<typeof WindowState>;

export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const firstState: WindowState = { width: 1_200, height: 820, maximized: false };
/** So much of the title bar has to be on a screen to take hold of it. */
const graspPx = 80;

/** What was kept; where there is nothing, or nothing that can be read, the first state. */
export function readWindowState(file: string): WindowState {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return firstState;
  }
  try {
    return WindowState.parse(JSON.parse(text));
  } catch {
    return firstState;
  }
}

/** A state whose place is on no screen any more keeps its size and loses its place. */
export function onScreen(state: WindowState, screens: readonly Area[]): WindowState {
  const { x, y, width, height, maximized } = state;
  if (x === undefined || y === undefined) return state;
  const visible = screens.some(
    (screen) =>
      x + width > screen.x + graspPx &&
      x < screen.x + screen.width - graspPx &&
      y >= screen.y &&
      y < screen.y + screen.height - graspPx,
  );
  return visible ? state : { width, height, maximized };
}

/** A place that cannot be written is not worth a failure: the window opens where windows open. */
export async function keepWindowState(
  file: string,
  state: WindowState,
  failed: (error: unknown) => void,
): Promise<void> {
  await writeFile(file, `${JSON.stringify(state)}\n`, { mode: 0o600 }).catch(failed);
}
