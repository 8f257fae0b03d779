/** One circuit-breaker actor for each provider, and its settings. */
import type { Actor } from 'xstate';
import type { Store } from '../../db/store.ts';
import type { ProviderRow } from '../../db/settings.model.ts';
import {
  mayTakeJobs,
  type providerMachine,
  type ProviderMachineEvent,
  type ProviderState,
} from '../../machines/provider.machine.ts';
import { mayTake } from '../../machines/policy/lane-shares.ts';
import type { ProviderId } from '../protocol/ids.ts';
import type { Lane } from '../protocol/job.ts';
import type { ModelInfo, ProviderConnection } from '../protocol/provider.ts';
import type { ProviderView } from '../protocol/provider-api.ts';
import { EngineError } from './errors.ts';
import type { Inspection } from './inspection.ts';
import { knownModel } from './known-models.ts';
import { effectiveModels } from './models.ts';
import { LanePauses } from './lane-pauses.ts';
import type { Clock, SecretStore } from './ports.ts';
import { startProviderActor } from './provider-actor.ts';
import { connectionOf } from './provider-connection.ts';
import { RateLimits } from './rate-limits.ts';
import type { Slots } from './slots.ts';
import type { Turn } from './turn.ts';
import { tellProvider } from './turn-inspection.ts';

/** Base URLs from the host's environment; a provider's own setting goes before. */
export type BaseUrls = Readonly<Record<ProviderId, string | undefined>>;

interface LiveProvider {
  row: ProviderRow;
  actor: Actor<typeof providerMachine>;
}

export interface ProviderActorsOptions {
  store: Store;
  secrets: SecretStore;
  slots: Slots;
  baseUrls: BaseUrls;
  clock: Clock;
  /** Absent: nobody can look on. */
  inspection?: Inspection;
}

export class ProviderActors {
  readonly rates: RateLimits;
  readonly lanePauses: LanePauses;
  readonly #live = new Map<ProviderId, LiveProvider>();
  readonly #store: Store;
  readonly #secrets: SecretStore;
  readonly #slots: Slots;
  readonly #baseUrls: BaseUrls;
  readonly #inspection: Inspection | undefined;

  constructor(options: ProviderActorsOptions) {
    this.#inspection = options.inspection;
    this.rates = new RateLimits(options.clock);
    this.#store = options.store;
    this.lanePauses = new LanePauses(options.store);
    this.#secrets = options.secrets;
    this.#slots = options.slots;
    this.#baseUrls = options.baseUrls;
  }

  /** Makes the actors from the rows, after a start or a rollback. */
  load(): void {
    this.stopAll();
    this.rates.load(this.#store);
    this.lanePauses.load();
    for (const row of this.#store.settings.providers()) this.#live.set(row.id, { row, actor: startProviderActor(row) });
  }

  stopAll(): void {
    for (const { actor } of this.#live.values()) actor.stop();
    this.#live.clear();
  }

  get ids(): ProviderId[] {
    return [...this.#live.keys()];
  }

  row(id: ProviderId): ProviderRow | undefined {
    return this.#live.get(id)?.row;
  }

  /** Throws `EngineError` for a provider that is not there. */
  require(id: ProviderId): ProviderRow {
    const row = this.row(id);
    if (row !== undefined) return row;
    throw new EngineError(
      'BAD_REQUEST',
      `There is no provider "${id}". Known are: ${this.ids.join(', ')}. Add it first, or use another model.`,
    );
  }

  /** Its models with context sizes and prices: listed, known and set by the user together. None for a provider that is gone. */
  models(id: ProviderId): readonly ModelInfo[] {
    const row = this.row(id);
    return row === undefined ? [] : effectiveModels(row);
  }

  /** What is known of one of its models, whether it lists it or not; undefined when nothing is. */
  model(id: ProviderId, name: string): ModelInfo | undefined {
    const listed = this.models(id).find((model) => model.id === name);
    if (listed !== undefined) return listed;
    const row = this.row(id);
    const known = row === undefined ? undefined : knownModel(row.kind, name);
    return known === undefined ? undefined : { ...known, id: name };
  }

  /** Providers that may be given one more job of this lane now. */
  open(lane: Lane): ProviderId[] {
    if (this.lanePauses.isPaused(lane)) return [];
    return this.ids.filter((id) => this.#mayStart(id, lane));
  }

  /** It takes requests now, and could answer one. */
  isWell(id: ProviderId): boolean {
    const row = this.row(id);
    if (row?.state !== 'healthy' || row.pausedAt !== null) return false;
    return row.kind === 'demo' || row.kind === 'openai-compatible' || this.hasKey(id);
  }

  /** No job is given to it until it is resumed, whatever its machine's state. False when it was paused before. */
  pause(turn: Turn, id: ProviderId): boolean {
    return this.#setPause(turn, id, turn.at);
  }

  /** False when it was not paused. */
  resume(turn: Turn, id: ProviderId): boolean {
    return this.#setPause(turn, id, null);
  }

  /** Inserts a new provider, or writes new settings over the old ones and gives it a new chance. */
  save(turn: Turn, row: ProviderRow): void {
    if (this.#live.has(row.id)) {
      const { id, state: _state, probe: _probe, pausedAt: _pausedAt, ...settings } = row;
      this.#store.settings.updateProvider(id, settings);
      this.#replace(turn, { ...this.require(id), ...settings });
      this.send(turn, id, { type: 'SETTINGS_CHANGED', at: turn.at });
    } else {
      this.#store.settings.insertProvider(row);
      this.#replace(turn, row);
    }
    turn.ring('providers');
  }

  /** The list of models that the provider itself reports, or what the user has set for them. Nothing when it is gone. */
  saveModels(turn: Turn, id: ProviderId, change: Partial<Pick<ProviderRow, 'models' | 'modelEdits'>>): void {
    const row = this.row(id);
    if (row === undefined) return;
    this.#store.settings.updateProvider(id, change);
    this.#replace(turn, { ...row, ...change });
    turn.ring('providers');
  }

  remove(turn: Turn, id: ProviderId): void {
    const live = this.#live.get(id);
    this.#store.settings.removeProvider(id);
    this.#live.delete(id);
    turn.after(() => live?.actor.stop());
    if (live !== undefined) turn.undo(() => this.#live.set(id, live));
    turn.ring('providers');
  }

  /** Sends an event to the provider's machine and writes its new state. */
  send(turn: Turn, id: ProviderId, event: ProviderMachineEvent): void {
    const live = this.#live.get(id);
    if (live === undefined) return;
    const before = live.actor.getSnapshot();
    // The hot path: a healthy provider without failures answers once more.
    if (event.type === 'SUCCEEDED' && before.value === 'healthy' && before.context.failures === 0) return;
    const { row } = live;
    turn.undo(() => {
      live.actor.stop();
      live.row = row;
      live.actor = startProviderActor(row);
    });
    live.actor.send(event);
    const next = live.actor.getSnapshot();
    if (next.status === 'error') throw next.error;
    if (this.#inspection?.on === true) tellProvider(this.#inspection, turn, id, event, { before, after: next });
    if (next === before) return;
    const columns = { state: next.value, ...next.context };
    live.row = { ...row, ...columns };
    this.#store.settings.updateProvider(id, columns);
    turn.ring('providers');
    turn.ring(`actor:provider:${id}`);
    turn.ring('queue');
  }

  /** A probe that ended without an answer. */
  loseProbe(turn: Turn, id: ProviderId, jobId: ProviderRow['probe']): void {
    if (jobId !== null && this.row(id)?.probe === jobId) this.send(turn, id, { type: 'PROBE_LOST', jobId });
  }

  /** The clock went back: pauses end as much earlier, so that they take as long as they were to take. */
  shiftPauses(turn: Turn, byMs: number): void {
    for (const { row } of [...this.#live.values()]) {
      if (row.coolingUntil === null) continue;
      const coolingUntil = row.coolingUntil + byMs;
      this.#store.settings.updateProvider(row.id, { coolingUntil });
      this.#replace(turn, { ...row, coolingUntil });
      turn.ring('providers');
    }
  }

  /** Ends the pauses that are over. */
  wakeDue(turn: Turn): void {
    for (const { row } of this.#live.values()) {
      if (row.state === 'coolingDown' && (row.coolingUntil ?? 0) <= turn.at) {
        this.send(turn, row.id, { type: 'DUE', at: turn.at });
      }
    }
  }

  /** With the key: for a worker, and for nobody else. */
  connection(id: ProviderId): ProviderConnection {
    const row = this.require(id);
    return connectionOf(row, this.#baseUrl(row), this.#secrets);
  }

  hasKey(id: ProviderId): boolean {
    return this.#secrets.source(id) !== undefined;
  }

  view(row: ProviderRow): ProviderView {
    const use = this.#slots.ofProvider(row.id);
    return {
      id: row.id,
      kind: row.kind,
      name: row.name,
      builtIn: row.builtIn,
      baseUrl: this.#baseUrl(row),
      keySource: row.kind === 'demo' ? 'not-needed' : (this.#secrets.source(row.id) ?? 'none'),
      headerNames: row.headerNames,
      timeouts: row.timeouts,
      concurrency: row.concurrency,
      requestsPerMinute: row.requestsPerMinute,
      tokensPerMinute: row.tokensPerMinute,
      state: row.state,
      coolingUntil: row.coolingUntil,
      reason: row.reason,
      active: use.high + use.medium + use.low,
      models: [...this.models(row.id)],
    };
  }

  snapshot(id: ProviderId): ReturnType<Actor<typeof providerMachine>['getSnapshot']> | undefined {
    return this.#live.get(id)?.actor.getSnapshot();
  }

  #mayStart(id: ProviderId, lane: Lane): boolean {
    const row = this.row(id);
    if (row === undefined || row.pausedAt !== null) return false;
    if (mayTakeJobs(row.state, row.probe) === 'none') return false;
    if (!this.rates.fits(row, lane, 0)) return false;
    return row.concurrency === null || mayTake(lane, this.#slots.ofProvider(id), row.concurrency);
  }

  #baseUrl(row: ProviderRow): string | null {
    return row.baseUrl ?? this.#baseUrls[row.id] ?? null;
  }

  #setPause(turn: Turn, id: ProviderId, pausedAt: number | null): boolean {
    const row = this.require(id);
    if ((row.pausedAt === null) === (pausedAt === null)) return false;
    this.#store.settings.updateProvider(id, { pausedAt });
    this.#replace(turn, { ...row, pausedAt });
    return true;
  }

  #replace(turn: Turn, row: ProviderRow): void {
    const before = this.#live.get(row.id);
    const state: ProviderState = before?.row.state ?? row.state;
    before?.actor.stop();
    this.#live.set(row.id, { row: { ...row, state }, actor: startProviderActor({ ...row, state }) });
    turn.undo(() => {
      this.#live.get(row.id)?.actor.stop();
      if (before === undefined) {
        this.#live.delete(row.id);
        return;
      }
      // The same object: what the turn did to it before is undone after this.
      before.actor = startProviderActor(before.row);
      this.#live.set(row.id, before);
    });
  }
}
