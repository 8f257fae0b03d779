/** A provider's models as they count: what it lists, over what Nightshift knows, and over both what the user has set. */
import type { ProviderRow } from '../../db/settings.model.ts';
import type { ModelEdit, ModelInfo } from '../protocol/provider.ts';
import { modelFields, type ModelDetail, type ModelField, type ModelSource } from '../protocol/provider-api.ts';
import { knownModel, knownModels } from './known-models.ts';

type Row = Pick<ProviderRow, 'kind' | 'models' | 'modelEdits'>;

/** Asked for with every request, made anew when the list or the edits change. By the row's list, which is never changed. */
const made = new WeakMap<Row['models'], { edits: Row['modelEdits']; effective: readonly ModelInfo[] }>();

/** In the order of the provider's list; models that only the user knows of come last. */
export function effectiveModels(row: Row): readonly ModelInfo[] {
  const before = made.get(row.models);
  if (before?.edits === row.modelEdits) return before.effective;
  const effective = merge(row);
  made.set(row.models, { edits: row.modelEdits, effective });
  return effective;
}

function merge({ kind, models, modelEdits }: Row): ModelInfo[] {
  const edits = new Map(modelEdits.map((edit) => [edit.id, edit]));
  const listed = models.map((model) => {
    const edit = edits.get(model.id);
    edits.delete(model.id);
    return applied({ ...knownModel(kind, model.id), ...model }, edit);
  });
  return [
    ...listed,
    ...[...edits.values()].map((edit) => applied({ ...knownModel(kind, edit.id), id: edit.id }, edit)),
  ];
}

/** The same with where each figure is from. */
export function modelDetails(row: Row): ModelDetail[] {
  const table = knownModels(row.kind);
  return effectiveModels(row).map((model) => {
    const listed = row.models.find(({ id }) => id === model.id);
    const edit = row.modelEdits.find(({ id }) => id === model.id);
    const known = knownModel(row.kind, model.id);
    const sourceOf = (field: ModelField): ModelSource | null => {
      if (edit?.[field] !== undefined) return 'user';
      if (listed?.[field] !== undefined) return 'provider';
      return known?.[field] === undefined ? null : 'table';
    };
    return {
      ...model,
      listed: listed !== undefined,
      sources: {
        contextTokens: sourceOf('contextTokens'),
        inputPrice: sourceOf('inputPrice'),
        outputPrice: sourceOf('outputPrice'),
        cachedInputPrice: sourceOf('cachedInputPrice'),
        images: sourceOf('images'),
      },
      table: known === undefined || table === undefined ? null : { source: table.source, asOf: table.asOf },
    };
  });
}

/** The edits with `edit` in the place of the one before for that model; one that sets nothing takes it back. */
export function withEdit(edits: readonly ModelEdit[], edit: ModelEdit, isListed: boolean): ModelEdit[] {
  const others = edits.filter(({ id }) => id !== edit.id);
  const isEmpty = modelFields.every((field) => edit[field] === undefined);
  return isEmpty && isListed ? others : [...others, edit];
}

function applied(model: ModelInfo, edit: ModelEdit | undefined): ModelInfo {
  if (edit === undefined) return model;
  const fields = modelFields.flatMap((field): [ModelField, ModelInfo[ModelField]][] => {
    const set = edit[field];
    const value = set === undefined ? model[field] : (set ?? undefined);
    return value === undefined ? [] : [[field, value]];
  });
  return { id: model.id, ...Object.fromEntries(fields) };
}
