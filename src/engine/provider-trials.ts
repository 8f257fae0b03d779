/** Provider calls outside of jobs, made by a worker: is it there, what does it offer, who serves models on this machine. */
import type { ProviderId } from '../protocol/ids.ts';
import type { Failure } from '../protocol/job.ts';
import type { LocalAddress, ModelInfo, ProviderConnection } from '../protocol/provider.ts';
import type { FoundServer, ProviderTrial, TryProvider } from '../protocol/provider-api.ts';
import { newProvider } from './defaults.ts';
import { EngineError } from './errors.ts';
import { effectiveModels } from './models.ts';
import type { Log } from './ports.ts';
import type { ProviderActors } from './provider-actors.ts';
import type { ProviderCalls } from './provider-calls.ts';
import { checkKind } from './provider-settings.ts';
import type { EngineService } from './service.ts';
import type { TurnLoop } from './turn.ts';

/** Where they listen unless they were told otherwise. */
export const usualLocalServers: readonly LocalAddress[] = [
  { software: 'ollama', origin: 'http://127.0.0.1:11434' },
  { software: 'lm-studio', origin: 'http://127.0.0.1:1234' },
];

export interface ProviderTrialsOptions {
  turns: TurnLoop;
  providers: ProviderActors;
  calls: ProviderCalls;
  /** Programs that serve models on this machine. */
  localServers: readonly LocalAddress[];
  log: Log;
}

export class ProviderTrials {
  readonly #options: ProviderTrialsOptions;

  constructor(options: ProviderTrialsOptions) {
    this.#options = options;
  }

  /**
   * Asks every provider that can be asked for its models, with their context sizes; in the background, after the first
   * worker is ready. A provider that does not answer keeps the list it had: its jobs will tell what is wrong with it.
   */
  refreshModels(): void {
    const { providers } = this.#options;
    for (const id of providers.ids) {
      const { kind } = providers.require(id);
      if (kind === 'demo' || (kind !== 'openai-compatible' && !providers.hasKey(id))) continue;
      this.#refresh(id).catch((error: unknown) => {
        this.#options.log('warn', 'the list of models was not kept', { provider: id, error: String(error) });
      });
    }
  }

  /** The key in the environment may be another one than in the last run: a provider that takes it now is well again. */
  async #refresh(id: ProviderId): Promise<void> {
    const { providers, turns } = this.#options;
    const { failure } = await this.#listModels(id);
    if (failure !== undefined || providers.row(id)?.state !== 'misconfigured') return;
    await turns.call('providers.refresh', (turn) =>
      providers.send(turn, id, { type: 'SETTINGS_CHANGED', at: turn.at }),
    );
  }

  async test(id: ProviderId): ReturnType<EngineService['providers']['test']> {
    const { providers, turns } = this.#options;
    const { name } = providers.require(id);
    const { models, failure } = await this.#listModels(id);
    if (failure !== undefined) return { ok: false, message: failure.message, failure, models: [] };
    // It answers: what was wrong with it is over.
    await turns.call('providers.test', (turn) => providers.send(turn, id, { type: 'SETTINGS_CHANGED', at: turn.at }));
    return { ok: true, message: `${name} answered.`, failure: null, models: models.map((model) => model.id) };
  }

  /** Keeps the list when there is one; `failure` says why there is none. */
  async #listModels(id: ProviderId): Promise<{ models: ModelInfo[]; failure?: Failure }> {
    const { providers, calls, turns } = this.#options;
    const { models = [], failure } = await calls.inspect(providers.connection(id));
    if (failure !== undefined) return { models: [], failure };
    await turns.call('providers.models', (turn) => providers.saveModels(turn, id, { models }));
    return { models };
  }

  /** Nothing of it is kept, whether it works or not. */
  async tryOut(draft: TryProvider): Promise<ProviderTrial> {
    const { models = [], answer, failure } = await this.#options.calls.inspect(this.#connectionOf(draft), draft.model);
    return {
      ok: failure === undefined,
      failure: failure ?? null,
      models: [...effectiveModels({ kind: draft.kind, models, modelEdits: [] })],
      answer: answer ?? null,
    };
  }

  #connectionOf(draft: TryProvider): ProviderConnection {
    const { providers } = this.#options;
    const before = providers.row(draft.id);
    checkKind(draft, before);
    const { id, kind, timeouts } = before ?? newProvider(draft.id, draft.kind, draft.id);
    const kept = before === undefined ? undefined : providers.connection(id);
    const baseUrl = draft.baseUrl === undefined ? kept?.baseUrl : (draft.baseUrl ?? undefined);
    const apiKey = draft.apiKey === undefined ? kept?.apiKey : draft.apiKey === '' ? undefined : draft.apiKey;
    const headers = draft.headers ?? kept?.headers;
    return {
      id,
      kind,
      timeouts: {
        firstContentMs: draft.timeouts?.firstContentMs ?? timeouts.firstContentMs,
        idleMs: draft.timeouts?.idleMs ?? timeouts.idleMs,
      },
      ...(baseUrl === undefined ? {} : { baseUrl }),
      ...(apiKey === undefined ? {} : { apiKey }),
      ...(headers === undefined ? {} : { headers }),
    };
  }

  async findLocal(): Promise<FoundServer[]> {
    const { calls, localServers, providers } = this.#options;
    const servers = await calls.findServers([...localServers]);
    if (servers === undefined) {
      throw new EngineError('UNAVAILABLE', 'No worker is running that could look. Look at the pool, and try again.');
    }
    const taken = providers.ids.map((taken) => providers.view(providers.require(taken)));
    return servers.map((server) => ({
      ...server,
      provider: taken.find(({ baseUrl }) => baseUrl !== null && isSameAddress(baseUrl, server.baseUrl))?.id ?? null,
    }));
  }
}

/** `localhost` and `127.0.0.1` are one machine, and a slash at the end changes nothing. */
function isSameAddress(one: string, other: string): boolean {
  const normal = (address: string): string =>
    address.replace(/\/+$/, '').replace(/^(https?:\/\/)(?:localhost|\[::1\])(?=[:/]|$)/, '$1127.0.0.1');
  return normal(one) === normal(other);
}
