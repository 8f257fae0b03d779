/** Agents out to files, and in from them. */
import type { AgentId } from '../../protocol/ids.ts';
import type { AgentView } from '../../protocol/agents.ts';
import type { Client } from '../connection/client.ts';

type AgentFile = Parameters<Client['agents']['import']['mutate']>[0]['file'];

/** Larger is none of ours: a hundred agents with prompts of 200,000 characters do not come near in practice. */
const maxFileBytes = 30_000_000;

/** Why a file is none of ours; `key` names the text in `agents.fileProblem`. */
export class FileProblem extends Error {
  readonly key: 'tooLarge' | 'notJson';

  constructor(key: FileProblem['key']) {
    super(key);
    this.name = 'FileProblem';
    this.key = key;
  }
}

/** Saves them as `<name>.json`; absent `ids`: all agents. Rejects with the service's refusal. */
export async function exportAgents(client: Client, name: string, ids?: AgentId[]): Promise<void> {
  const file = await client.agents.export.query(ids === undefined ? {} : { ids });
  const url = URL.createObjectURL(new Blob([`${JSON.stringify(file, null, 2)}\n`], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${name.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-') || 'agent'}.json`;
  link.click();
  URL.revokeObjectURL(url);
}

/** Rejects with `FileProblem`, or with the service's refusal, which says what is wrong in the file. */
export async function importAgents(client: Client, chosen: File): Promise<AgentView[]> {
  if (chosen.size > maxFileBytes) throw new FileProblem('tooLarge');
  const text = await chosen.text();
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    throw new FileProblem('notJson');
  }
  // Whether it is one of ours is the service's to say: its refusal names the part that is not.
  return client.agents.import.mutate({ requestId: crypto.randomUUID(), file: file as AgentFile });
}
