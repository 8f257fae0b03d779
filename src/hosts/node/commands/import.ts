/**
 * `npm run import -- FILE …`: exported conversations into a running host, through its API: only the host writes to the
 * database. The request id is made from the file's content, so the same file sent again makes no second conversation for
 * as long as the host keeps request ids.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ConversationFile } from '../../../protocol/conversation-file.ts';
import { StartError } from '../../common/exit-codes.ts';
import { defaultPort } from '../flags.ts';
import { loadToken } from '../token.ts';
import { dataFolderOf, fromUser, parseCommandLine, runCommand, usageError } from './command-line.ts';

const usage = `Usage: npm run import -- FILE... [--url http://127.0.0.1:${defaultPort}] [--data DIR]

Sends conversations that were exported as JSON to the Nightshift that runs at --url. The token is taken from
NIGHTSHIFT_TOKEN or from the data folder.`;

const Answer = z.union([
  z.object({ result: z.object({ data: z.object({ id: z.string(), title: z.string() }) }) }),
  z.object({ error: z.object({ message: z.string() }) }),
]);

await runCommand(async (args) => {
  const options = { url: { type: 'string' }, data: { type: 'string' }, help: { type: 'boolean' } } as const;
  const { values, positionals } = parseCommandLine(args, options, usage);
  if (values.help === true) return usage;
  if (positionals.length === 0) throw usageError('Name at least one file.', usage);
  const token = loadToken(dataFolderOf(values.data), process.env);
  const url = values.url ?? `http://127.0.0.1:${defaultPort}`;
  // All are read before the first is sent: a typing error does not stop in the middle.
  const files = positionals.map((name) => read(fromUser(name)));
  const lines: string[] = [];
  for (const { path, requestId, file } of files) lines.push(`${path}: ${await send(url, token, { requestId, file })}`);
  return lines.join('\n');
});

function read(path: string): { path: string; requestId: string; file: ConversationFile } {
  try {
    const text = readFileSync(path, 'utf8');
    const file = ConversationFile.parse(JSON.parse(text));
    return { path, requestId: `import:${createHash('sha256').update(text).digest('base64url')}`, file };
  } catch (error) {
    const why =
      error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : String(error);
    throw new StartError('usage', `${path} is no exported conversation: ${why}`);
  }
}

async function send(url: string, token: string, body: { requestId: string; file: ConversationFile }): Promise<string> {
  let response: Response;
  try {
    response = await fetch(new URL('/trpc/conversations.import', url), {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  } catch (error) {
    throw new StartError(
      'address',
      `No Nightshift answers at ${url} (${error instanceof Error ? error.message : String(error)}). Start it, or name its address with --url.`,
    );
  }
  const answer = Answer.safeParse(await response.json().catch(() => undefined));
  if (answer.success && 'result' in answer.data)
    return `"${answer.data.result.data.title}" (${answer.data.result.data.id})`;
  const why =
    answer.success && 'error' in answer.data ? answer.data.error.message : `it answered with status ${response.status}`;
  throw new StartError('usage', `Nightshift at ${url} did not take it: ${why}`);
}
