import { describe, expect, it } from 'vitest';
import { FailureCode } from '../../src/protocol/job.ts';
import type { ProviderConnection } from '../../src/protocol/provider.ts';
import { messageOf } from '../../src/worker/failure-message.ts';
import type { WireError } from '../../src/worker/wire-error.ts';

const connection: ProviderConnection = {
  id: 'my-vllm',
  kind: 'openai-compatible',
  baseUrl: 'http://user:password@127.0.0.1:8000/v1',
  apiKey: 'sk-secret',
  headers: { 'x-secret': 'hidden-value' },
  timeouts: { firstContentMs: 1_000, idleMs: 1_000 },
};

const unreachable = (error: Partial<WireError>): string =>
  messageOf({ class: 'provider-down', code: 'connection' }, connection, { causes: [], ...error }, undefined);

describe('what a person reads when a request failed', () => {
  it.each(FailureCode.options.filter((code) => !['cancelled-by-user', 'dependency-failed'].includes(code)))(
    '%s: names the provider, and none of its secrets',
    (code) => {
      const message = messageOf({ class: 'retryable', code }, connection, { causes: [], status: 418 }, 60_000);
      expect(message).toContain('my-vllm');
      expect(message).not.toMatch(/secret|hidden-value|password/u);
      expect(message).toMatch(/\.$/u);
    },
  );

  it('says for how long it is asked to wait', () => {
    const message = messageOf(
      { class: 'provider-down', code: 'rate-limited' },
      connection,
      { causes: [], status: 429, retryAfterMs: 90_500 },
      undefined,
    );
    expect(message).toContain('for 90.5 s');
  });

  it.each([
    [{ systemCode: 'ECONNREFUSED' }, 'Start the server'],
    [{ systemCode: 'ENOTFOUND' }, 'host name is not known'],
    [{ systemCode: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'NODE_EXTRA_CA_CERTS'],
    [{ systemCode: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }, 'NODE_EXTRA_CA_CERTS'],
    [{ status: 407 }, 'proxy'],
    [{}, 'the connection failed'],
  ])('explains %j', (error, hint) => {
    expect(unreachable(error)).toContain(hint);
  });

  it('names the variable that holds the key of a provider that has one', () => {
    const verdict = { class: 'misconfigured', code: 'missing-key' } as const;
    const message = (id: string): string => messageOf(verdict, { ...connection, id }, { causes: [] }, undefined);
    expect(message('openai')).toContain('OPENAI_API_KEY');
    expect(message('anthropic')).toContain('ANTHROPIC_API_KEY');
    expect(message('my-vllm')).toContain('settings');
  });
});
