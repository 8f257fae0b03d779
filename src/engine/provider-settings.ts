/** Providers as the API offers them: their settings, their keys, a test call. */
import type { ProviderRow } from '../../db/settings.model.ts';
import type { ProviderSpec } from '../protocol/api.ts';
import type { ProviderId } from '../protocol/ids.ts';
import type { ModelInfo } from '../protocol/provider.ts';
import type { WorkerToEngine } from '../protocol/worker.ts';
import { newProvider } from './defaults.ts';
import { EngineError } from './errors.ts';
import type { Pool } from './pool.ts';
import type { Clock, Log, SecretStore } from './ports.ts';
import { secretOfHeader, type ProviderActors } from './provider-actors.ts';
import type { EngineService } from './service.ts';
import type { Turn, TurnLoop } from './turn.ts';

/** The worker's own limit for the call is 15 s; this is for a worker that dies over it. */
const testTimeoutMs = 20_000;

export type ProviderReport = Extract<WorkerToEngine, { type: 'provider-report' }>;

export interface ProviderSettingsOptions {
  turns: TurnLoop;
  providers: ProviderActors;
  secrets: SecretStore;
  pool: Pool;
  clock: Clock;
  log: Log;
}

export class ProviderSettings {
  readonly #options: ProviderSettingsOptions;
  readonly #calls = new Map<string, (report: ProviderReport | undefined) => void>();
  #nextCall = 1;

  constructor(options: ProviderSettingsOptions) {
    this.#options = options;
  }

  /** A worker has answered a test call. */
  onReport(report: ProviderReport): void {
    this.#calls.get(report.callId)?.(report);
  }

  get service(): EngineService['providers'] {
    const { providers, turns } = this.#options;
    return {
      list: () => providers.ids.map((id) => providers.view(providers.require(id))),
      test: (id) => this.#test(id),
      set: (spec) => turns.call('providers.set', (turn) => providers.view(this.#set(turn, spec))),
      remove: (id) => turns.call('providers.remove', (turn) => this.#remove(turn, id)),
    };
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

  async #test(id: ProviderId): Promise<{ ok: boolean; message: string; models: string[] }> {
    const { providers, turns } = this.#options;
    const { name } = providers.require(id);
    const { models, failure } = await this.#listModels(id);
    if (failure !== undefined) return { ok: false, message: failure, models: [] };
    // It answers: what was wrong with it is over.
    await turns.call('providers.test', (turn) => providers.send(turn, id, { type: 'SETTINGS_CHANGED', at: turn.at }));
    return { ok: true, message: `${name} answered.`, models: models.map((model) => model.id) };
  }

  /** Keeps the list when there is one; `failure` says for people why there is none. */
  async #listModels(id: ProviderId): Promise<{ models: ModelInfo[]; failure?: string }> {
    const { providers, pool, turns } = this.#options;
    const callId = `call-${this.#nextCall}`;
    this.#nextCall += 1;
    const report = await this.#ask(callId, () =>
      pool.sendToAny([{ type: 'inspect-provider', callId, provider: providers.connection(id) }]),
    );
    if (report === undefined)
      return { models: [], failure: 'The worker that made the call gave no answer. Try again.' };
    if (report.failure !== undefined) return { models: [], failure: report.failure.message };
    const models = report.models ?? [];
    await turns.call('providers.models', (turn) => providers.saveModels(turn, id, models));
    return { models };
  }

  /** Undefined when no answer came in time. */
  #ask(callId: string, send: () => boolean): Promise<ProviderReport | undefined> {
    return new Promise((resolve) => {
      const cancelTimeout = this.#options.clock.after(testTimeoutMs, () => settle(undefined));
      const settle = (report: ProviderReport | undefined): void => {
        cancelTimeout();
        this.#calls.delete(callId);
        resolve(report);
      };
      this.#calls.set(callId, settle);
      if (!send()) settle({ type: 'provider-report', callId, failure: noWorker });
    });
  }

  #set(turn: Turn, spec: ProviderSpec): ProviderRow {
    const { providers } = this.#options;
    const before = providers.row(spec.id);
    if (before !== undefined && before.kind !== spec.kind) {
      throw new EngineError('CONFLICT', `The provider "${spec.id}" is of the kind ${before.kind}; use another id.`);
    }
    if (before === undefined && spec.kind === 'openai-compatible' && (spec.baseUrl ?? null) === null) {
      throw new EngineError(
        'BAD_REQUEST',
        'An OpenAI-compatible provider needs its base URL, e.g. http://127.0.0.1:11434/v1.',
      );
    }
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
    // The key first: when it cannot be kept the call is refused, and nothing else was changed.
    this.#keepSecrets(() => this.#saveSecrets(spec, base.headerNames));
    providers.save(turn, row);
    return providers.require(spec.id);
  }

  #keepSecrets(save: () => void): void {
    try {
      save();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new EngineError('UNAVAILABLE', `The key could not be kept: ${reason}`, { cause: error });
    }
  }

  #saveSecrets(spec: ProviderSpec, oldHeaders: readonly string[]): void {
    const { secrets } = this.#options;
    if (spec.apiKey === '') secrets.delete(spec.id);
    else if (spec.apiKey !== undefined) secrets.set(spec.id, spec.apiKey);
    if (spec.headers === undefined) return;
    for (const name of oldHeaders) if (!(name in spec.headers)) secrets.delete(secretOfHeader(spec.id, name));
    for (const [name, value] of Object.entries(spec.headers)) secrets.set(secretOfHeader(spec.id, name), value);
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

const noWorker = {
  class: 'bug',
  code: 'internal',
  message: 'No worker is running that could make the call. Look at the pool, and try again.',
} as const;
