/** A conversation that is there already, as long as a test likes: it comes in as a file. */
import { randomUUID } from 'node:crypto';
import type { TestHost } from './host.ts';

/** Questions and answers in turn, a minute apart, the first a question; `text` has the index of the message. */
export async function importConversation(
  host: TestHost,
  title: string,
  messages: number,
  text: (index: number) => string,
): Promise<void> {
  await host.client.conversations.import.mutate({
    requestId: randomUUID(),
    file: {
      format: 'nightshift-conversation',
      version: 1,
      title,
      agent: null,
      createdAt: 0,
      messages: Array.from({ length: messages }, (_, index) => ({
        role: index % 2 === 0 ? ('user' as const) : ('assistant' as const),
        text: text(index),
        createdAt: Date.UTC(2026, 0, 1) + index * 60_000,
      })),
    },
  });
}
