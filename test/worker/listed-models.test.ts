/** What the lists of different servers say about their models. */
import { describe, expect, it } from 'vitest';
import { listedModels } from '../../src/worker/providers/listed-model.ts';

describe('a list of models', () => {
  it.each([
    {
      of: 'OpenAI: names alone',
      body: { object: 'list', data: [{ id: 'gpt-6-luna', object: 'model', created: 1, owned_by: 'openai' }] },
      models: [{ id: 'gpt-6-luna' }],
    },
    {
      of: 'OpenRouter: dollars a token as text, modalities',
      body: {
        data: [
          {
            id: 'anthropic/claude-sonnet-5.5',
            context_length: 1_000_000,
            pricing: { prompt: '0.000002', completion: '0.00001', input_cache_read: '0.0000001', image: '0' },
            architecture: { input_modalities: ['text', 'image'], tokenizer: 'Claude' },
          },
          { id: 'openrouter/auto', context_length: 2_000_000, pricing: { prompt: '-1', completion: '-1' } },
          { id: 'free/one:free', pricing: { prompt: '0', completion: '0' } },
        ],
      },
      models: [
        {
          id: 'anthropic/claude-sonnet-5.5',
          contextTokens: 1_000_000,
          inputPrice: 2_000_000,
          outputPrice: 10_000_000,
          cachedInputPrice: 100_000,
          images: true,
        },
        { id: 'openrouter/auto', contextTokens: 2_000_000 },
        { id: 'free/one:free', inputPrice: 0, outputPrice: 0 },
      ],
    },
    {
      of: 'Together: a bare list, dollars a million as numbers',
      body: [{ id: 'org/model', context_length: 131_072, pricing: { hourly: 0, input: 0.88, output: 0.88 } }],
      models: [{ id: 'org/model', contextTokens: 131_072, inputPrice: 880_000, outputPrice: 880_000 }],
    },
    {
      of: 'Groq',
      body: { data: [{ id: 'llama', context_window: 131_072, active: true }] },
      models: [{ id: 'llama', contextTokens: 131_072 }],
    },
    {
      of: 'Mistral',
      body: { data: [{ id: 'mistral', max_context_length: 32_768, capabilities: { vision: false } }] },
      models: [{ id: 'mistral', contextTokens: 32_768, images: false }],
    },
    {
      of: 'vLLM',
      body: { data: [{ id: 'local', max_model_len: 4_096, root: 'local', permission: [] }] },
      models: [{ id: 'local', contextTokens: 4_096 }],
    },
    {
      of: 'a server that says strange things: what makes no sense counts as not said',
      body: {
        data: [
          { id: 'odd', context_length: 'many', pricing: 'ask us', architecture: null, supports_image_input: 'yes' },
          { id: '' },
          'text',
          null,
        ],
      },
      models: [{ id: 'odd' }],
    },
  ])('of $of', ({ body, models }) => {
    expect(listedModels(body)).toEqual(models);
  });

  it.each([
    ['a page', '<html>Sign in</html>'],
    ['nothing', null],
    ['an error', { error: 'no' }],
  ])('is not found in %s', (_what, body) => {
    expect(listedModels(body)).toBeUndefined();
  });
});
