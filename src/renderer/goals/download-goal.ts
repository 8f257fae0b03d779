/** The deliverable as a file that the browser saves; the desktop's main process asks where it goes. */
import type { GoalId } from '../../protocol/ids.ts';
import type { Client } from '../connection/client.ts';

/** Rejects with the service's refusal. */
export async function downloadGoal(client: Pick<Client, 'goals'>, id: GoalId, format: 'md' | 'zip'): Promise<void> {
  const { fileName, mediaType, base64 } = await client.goals.download.query({ id, format });
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const url = URL.createObjectURL(new Blob([bytes], { type: mediaType }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  // The browser reads it after the click.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
