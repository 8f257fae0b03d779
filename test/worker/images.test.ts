/** Pictures on the wire: what each SDK makes of a message with parts. */
import { describe, expect, it } from 'vitest';
import type { ProviderConnection } from '../../src/protocol/provider.ts';
import type { ChatMessage } from '../../src/protocol/request.ts';
import { anthropic } from '../../src/worker/providers/anthropic.ts';
import { demo } from '../../src/worker/providers/demo.ts';
import { openai } from '../../src/worker/providers/openai.ts';
import { askProvider, requestOf } from '../support/ask-provider.ts';
import {
  anthropicEvents,
  beginStream,
  openaiEvents,
  startModelServer,
  type Exchange,
} from '../support/model-server.ts';

const connectionTo = (kind: ProviderConnection['kind'], baseUrl: string): ProviderConnection => ({
  id: 'p',
  kind,
  baseUrl,
  apiKey: 'k',
  timeouts: { firstContentMs: 5_000, idleMs: 5_000 },
});
const data = Buffer.from('not looked at').toString('base64');
const messages: ChatMessage[] = [
  { role: 'user', content: 'Earlier' },
  { role: 'assistant', content: 'Yes?' },
  {
    role: 'user',
    content: [
      { type: 'text', text: 'What is this?' },
      { type: 'image', mediaType: 'image/webp', data },
    ],
  },
];
const answering =
  (...events: string[]) =>
  ({ response }: Exchange): void => {
    beginStream(response);
    response.end(events.join(''));
  };

describe('a picture', () => {
  it('goes to OpenAI as a data URL beside the text', async () => {
    await using server = await startModelServer(
      answering(openaiEvents.text('A cat'), openaiEvents.finish(), openaiEvents.done()),
    );
    const asked = askProvider(openai, connectionTo('openai', `${server.url}/v1`), requestOf('', { messages }));
    expect(await asked.outcome).toMatchObject({ type: 'answered' });
    expect(server.exchanges[0]?.body).toMatchObject({
      messages: [
        { role: 'user', content: 'Earlier' },
        { role: 'assistant', content: 'Yes?' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image_url', image_url: { url: `data:image/webp;base64,${data}` } },
          ],
        },
      ],
    });
  });

  it('goes to Anthropic as a base64 block, and alone where there is no text', async () => {
    await using server = await startModelServer(
      answering(
        anthropicEvents.start(),
        anthropicEvents.text('A cat'),
        anthropicEvents.finish(),
        anthropicEvents.stop(),
      ),
    );
    const connection = connectionTo('anthropic', server.url);
    const block = { type: 'image', source: { type: 'base64', media_type: 'image/webp', data } };
    await askProvider(anthropic, connection, requestOf('', { messages })).outcome;
    expect(server.exchanges[0]?.body).toMatchObject({
      messages: [{}, {}, { role: 'user', content: [block, { type: 'text', text: 'What is this?' }] }],
    });
    const silent: ChatMessage[] = [
      {
        role: 'user',
        content: [
          { type: 'text', text: ' ' },
          { type: 'image', mediaType: 'image/webp', data },
        ],
      },
    ];
    await askProvider(anthropic, connection, requestOf('', { messages: silent })).outcome;
    expect(server.exchanges[1]?.body).toMatchObject({ messages: [{ role: 'user', content: [block] }] });
  });

  it('that the provider refuses is refused in its words', async () => {
    await using server = await startModelServer(({ response }) => {
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { message: 'image_url is only supported by certain models.' } }));
    });
    const asked = askProvider(openai, connectionTo('openai', `${server.url}/v1`), requestOf('', { messages }));
    expect(await asked.outcome).toMatchObject({
      type: 'failed',
      failure: { class: 'rejected', providerMessage: 'image_url is only supported by certain models.' },
    });
  });

  it('is told of by the demo, which cannot see it', async () => {
    const request = requestOf('', { messages, demo: { tokenMs: 0 } });
    const asked = askProvider(demo, connectionTo('demo', ''), request);
    await asked.outcome;
    expect(asked.text()).toContain('One picture came with it.');
  });
});
