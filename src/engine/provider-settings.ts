/** Providers as the API offers them: their settings and keys, what is set for their models, who uses them. */
import type { ProviderRow } from '../../db/settings.model.ts';
import type { Store } from '../../db/store.ts';
import type { ProviderSpec } from '../protocol/api.ts';
import { splitModel, type ProviderId } from '../protocol/ids.ts';
import { isAtRest, jobStates, lanes } from '../protocol/job.ts';
import type { ProviderUses, ProviderView } from '../protocol/provider-api.ts';
import { newProvider } from './defaults.ts';
import { EngineError } from './errors.ts';
import { modelDetails, withEdit } from './models.ts';
import type { SecretStore } from './ports.ts';
import type { ProviderActors } from './provider-actors.ts';
import { secretOfHeader } from './provider-connection.ts';
import type { ProviderTrials } from './provider-trials.ts';
import type { QueueLedger } from './queue-ledger.ts';
import type { EngineService } from './service.ts';
import type { Topics } from './topics.ts';
import type { Turn, TurnLoop } from './turn.ts';
import { watchState } from './watch-state.ts';

export interface ProviderSettingsOptions {
  store: Store;
  turns: TurnLoop;
  topics: Topics;
  providers: ProviderActors;
  secrets: SecretStore;
  trials: ProviderTrials;
  ledger: QueueLedger;
}

export class ProviderSettings {
  readonly #options: ProviderSettingsOptions;

  constructor(options: ProviderSettingsOptions) {
    this.#options = options;
  }

  get service(): EngineService['providers'] {
    const { providers, topics, trials, turns } = this.#options;
    return {
      list: () => this.#views(),
      // How many jobs each has running is as of the last change of anything else: the pool's watch tells of that.
      watch: (signal) => watchState(topics, 'providers', signal, () => this.#views()),
      test: (id) => trials.test(id),
      tryOut: (draft) => trials.tryOut(draft),
      findLocal: () => trials.findLocal(),
      set: async (spec) => {
        await this.#keepSecrets(spec);
        return turns.call('providers.set', (turn) => providers.view(this.#set(turn, spec)));
      },
      uses: (id) => this.#uses(id),
      remove: (id) => turns.call('providers.remove', (turn) => this.#remove(turn, id)),
      models: (id) => modelDetails(providers.require(id)),
      editModel: (id, edit) =>
        turns.call('providers.editModel', (turn) => {
          const { models, modelEdits } = providers.require(id);
          const isListed = models.some((model) => model.id === edit.id);
          providers.saveModels(turn, id, { modelEdits: withEdit(modelEdits, edit, isListed) });
          return modelDetails(providers.require(id));
        }),
      forgetModel: (id, model) =>
        turns.call('providers.forgetModel', (turn) => {
          const { modelEdits } = providers.require(id);
          providers.saveModels(turn, id, { modelEdits: modelEdits.filter((edit) => edit.id !== model) });
          return modelDetails(providers.require(id));
        }),
    };
  }

  #uses(id: ProviderId): ProviderUses {
    const { store, providers, ledger } = this.#options;
    providers.require(id);
    const isOfIt = (model: string): boolean => splitModel(model).provider === id;
    const open = jobStates.filter((state) => !isAtRest(state));
    return {
      agents: store.chat.agents().flatMap(({ id: agentId, name, model, fallbacks }) => {
        if (!isOfIt(model) && !fallbacks.some(isOfIt)) return [];
        return [{ id: agentId, name, fallback: !isOfIt(model) }];
      }),
      openJobs: lanes
        .flatMap((lane) => open.map((state) => ledger.count({ lane, state, provider: id })))
        .reduce((sum, count) => sum + count, 0),
    };
  }

  #views(): ProviderView[] {
    const { providers } = this.#options;
    return providers.ids.map((id) => providers.view(providers.require(id)));
  }

  #set(turn: Turn, spec: ProviderSpec): ProviderRow {
    const { providers } = this.#options;
    const before = providers.row(spec.id);
    checkKind(spec, before);
    const base = before ?? newProvider(spec.id, spec.kind, spec.name ?? spec.id);
    const row: ProviderRow = {
      ...base,
      name: spec.name ?? base.name,
      baseUrl: spec.baseUrl === undefined ? base.baseUrl : spec.baseUrl,
      headerNames: spec.headers === undefined ? base.headerNames : Object.keys(spec.headers),
      timeouts: {
        firstContentMs: spec.timeouts?.firstContentMs ?? base.timeouts.firstContentMs,
        idleMs: spec.timeouts?.idleMs ?? base.timeouts.idleMs,
      },
      concurrency: spec.concurrency === undefined ? base.concurrency : spec.concurrency,
      requestsPerMinute: spec.requestsPerMinute === undefined ? base.requestsPerMinute : spec.requestsPerMinute,
      tokensPerMinute: spec.tokensPerMinute === undefined ? base.tokensPerMinute : spec.tokensPerMinute,
    };
    providers.save(turn, row);
    return providers.require(spec.id);
  }

  /** The key first: when it cannot be kept the call is refused, and nothing else was changed. */
  async #keepSecrets(spec: ProviderSpec): Promise<void> {
    const before = this.#options.providers.row(spec.id);
    checkKind(spec, before);
    try {
      await this.#saveSecrets(spec, before?.headerNames ?? []);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new EngineError('UNAVAILABLE', `The key could not be kept: ${reason}`, { cause: error });
    }
  }

  async #saveSecrets(spec: ProviderSpec, oldHeaders: readonly string[]): Promise<void> {
    const { secrets } = this.#options;
    if (spec.apiKey === '') secrets.delete(spec.id);
    else if (spec.apiKey !== undefined) await secrets.set(spec.id, spec.apiKey);
    if (spec.headers === undefined) return;
    for (const name of oldHeaders) if (!(name in spec.headers)) secrets.delete(secretOfHeader(spec.id, name));
    for (const [name, value] of Object.entries(spec.headers)) await secrets.set(secretOfHeader(spec.id, name), value);
  }

  #remove(turn: Turn, id: ProviderId): void {
    const { providers, secrets } = this.#options;
    const row = providers.require(id);
    if (row.builtIn) throw new EngineError('CONFLICT', `${row.name} is built in and cannot be removed.`);
    providers.remove(turn, id);
    turn.after(() => {
      secrets.delete(id);
      for (const name of row.headerNames) secrets.delete(secretOfHeader(id, name));
    });
  }
}

/** Refuses what can be neither made nor changed: another kind under the same id, a compatible server without an address. */
export function checkKind(spec: Pick<ProviderSpec, 'id' | 'kind' | 'baseUrl'>, before: ProviderRow | undefined): void {
  if (before !== undefined && before.kind !== spec.kind) {
    throw new EngineError('CONFLICT', `The provider "${spec.id}" is of the kind ${before.kind}; use another id.`);
  }
  if (before === undefined && spec.kind === 'openai-compatible' && (spec.baseUrl ?? null) === null) {
    throw new EngineError(
      'BAD_REQUEST',
      'An OpenAI-compatible provider needs its base URL, e.g. http://127.0.0.1:11434/v1.',
    );
  }
}
