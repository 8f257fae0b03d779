/** The model server that nobody here wrote: OpenAI and Anthropic on one port, with a journal of what it was asked. */
import { LLMock, type MockServerOptions } from '@copilotkit/aimock';
import type { ProviderConnection } from '../../src/protocol/provider.ts';

export interface Aimock extends AsyncDisposable {
  readonly mock: LLMock;
  readonly openai: ProviderConnection;
  readonly anthropic: ProviderConnection;
  /** Makes a host ask it, as OpenAI. */
  readonly env: Readonly<Record<string, string>>;
}

/** Starts aimock on a free port of 127.0.0.1. Fixtures are added through `mock`. With `auth` it refuses other keys. */
export async function startAimock(options: Pick<MockServerOptions, 'auth'> = {}): Promise<Aimock> {
  const mock = new LLMock({ ...options, port: 0, host: '127.0.0.1' });
  await mock.start();
  const timeouts = { firstContentMs: 10_000, idleMs: 10_000 };
  return {
    mock,
    openai: { id: 'openai', kind: 'openai', baseUrl: `${mock.url}/v1`, apiKey: 'test-key-openai', timeouts },
    anthropic: { id: 'anthropic', kind: 'anthropic', baseUrl: mock.url, apiKey: 'test-key-anthropic', timeouts },
    env: { OPENAI_API_KEY: 'test-key-openai', OPENAI_BASE_URL: `${mock.url}/v1` },
    [Symbol.asyncDispose]: () => mock.stop(),
  };
}
