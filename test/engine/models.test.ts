/** A provider's models as they count: its own list, over the table of known models, and over both what the user has set. */
import { describe, expect, it } from 'vitest';
import { knownModel, knownModels } from '../../src/engine/known-models.ts';
import { effectiveModels, modelDetails, withEdit } from '../../src/engine/models.ts';
import { ModelInfo, ProviderKind } from '../../src/protocol/provider.ts';

const openai = { kind: 'openai' as const, modelEdits: [] };

describe('a model', () => {
  it('is what the provider lists, with what the table knows where the list is silent', () => {
    const [model] = effectiveModels({ ...openai, models: [{ id: 'gpt-5-mini', contextTokens: 123 }] });
    expect(model).toEqual({
      id: 'gpt-5-mini',
      contextTokens: 123,
      inputPrice: 250_000,
      outputPrice: 2_000_000,
      cachedInputPrice: 25_000,
      images: true,
    });
  });

  it('of a dated name is the model that it is a snapshot of', () => {
    expect(knownModel('openai', 'gpt-5-nano-2025-08-07')).toEqual(knownModel('openai', 'gpt-5-nano'));
    expect(knownModel('anthropic', 'claude-haiku-4-5-20251001')).toEqual(knownModel('anthropic', 'claude-haiku-4-5'));
    expect(knownModel('openai', 'gpt-5-nano-preview')).toBeUndefined();
  });

  it('of a compatible server is not given the price that its namesake has elsewhere', () => {
    const [model] = effectiveModels({ kind: 'openai-compatible', models: [{ id: 'gpt-5-mini' }], modelEdits: [] });
    expect(model).toEqual({ id: 'gpt-5-mini' });
  });

  it('has what the user has set; null is unknown, whatever the others say', () => {
    const [model] = effectiveModels({
      kind: 'openai',
      models: [{ id: 'gpt-5-mini', contextTokens: 123 }],
      modelEdits: [{ id: 'gpt-5-mini', contextTokens: 64_000, inputPrice: 0, outputPrice: null }],
    });
    expect(model).toMatchObject({ contextTokens: 64_000, inputPrice: 0, cachedInputPrice: 25_000 });
    expect(model).not.toHaveProperty('outputPrice');
  });

  it('that only the user knows of comes last, and stays when the list is fetched again', () => {
    const edits = [{ id: 'my-finetune', contextTokens: 8_000 }];
    const before = effectiveModels({ kind: 'openai', models: [{ id: 'gpt-4o' }], modelEdits: edits });
    const after = effectiveModels({ kind: 'openai', models: [{ id: 'gpt-9' }, { id: 'gpt-8' }], modelEdits: edits });
    expect(before.map(({ id }) => id)).toEqual(['gpt-4o', 'my-finetune']);
    expect(after.map(({ id }) => id)).toEqual(['gpt-9', 'gpt-8', 'my-finetune']);
  });
});

it('says where each figure is from', () => {
  const [listed, added] = modelDetails({
    kind: 'openai',
    models: [{ id: 'gpt-5-mini', contextTokens: 128_000 }],
    modelEdits: [
      { id: 'gpt-5-mini', inputPrice: 1 },
      { id: 'mine', images: false },
    ],
  });
  expect(listed).toMatchObject({
    listed: true,
    sources: { contextTokens: 'provider', inputPrice: 'user', outputPrice: 'table', images: 'table' },
    table: { source: expect.stringMatching(/^https:/u), asOf: expect.stringMatching(/^\d{4}-\d\d-\d\d$/u) },
  });
  expect(added).toMatchObject({ listed: false, sources: { inputPrice: null, images: 'user' }, table: null });
});

describe('an edit', () => {
  it('takes the place of the one before', () => {
    const edits = withEdit([{ id: 'a', inputPrice: 1, outputPrice: 2 }, { id: 'b' }], { id: 'a', inputPrice: 3 }, true);
    expect(edits).toEqual([{ id: 'b' }, { id: 'a', inputPrice: 3 }]);
  });

  it('that sets nothing is none, unless it is what adds the model', () => {
    expect(withEdit([{ id: 'a', inputPrice: 1 }], { id: 'a' }, true)).toEqual([]);
    expect(withEdit([], { id: 'a' }, false)).toEqual([{ id: 'a' }]);
  });
});

it('the table holds figures that a model may have, cached input never dearer than other input', () => {
  const tables = ProviderKind.options.map(knownModels).filter((table) => table !== undefined);
  const models = tables.flatMap((table) => Object.entries(table.models).map(([id, model]) => ({ id, ...model })));
  expect(models.length).toBeGreaterThan(30);
  for (const model of models) {
    expect(ModelInfo.safeParse(model).error).toBeUndefined();
    // Both or none: with one alone, no answer has a cost.
    expect(model.inputPrice === undefined).toBe(model.outputPrice === undefined);
    expect(model.cachedInputPrice ?? 0).toBeLessThanOrEqual(model.inputPrice ?? 0);
    if (model.inputPrice !== undefined) expect(model.inputPrice).toBeLessThan(model.outputPrice ?? 0);
  }
  expect(models.filter(({ inputPrice }) => inputPrice !== undefined).length).toBeGreaterThan(20);
});
