/** What a host gives the engine. */
import type { Store } from '../../db/store.ts';
import type { SupervisorTimings } from '../../machines/supervisor.context.ts';
import type { WorkerLimits } from '../../machines/worker.context.ts';
import type { LocalAddress } from '../protocol/provider.ts';
import type {
  Clock,
  DataFolder,
  JobHistory,
  Log,
  Random,
  SecretStore,
  SystemMeter,
  WorkerHost,
  WorkerNetwork,
} from './ports.ts';
import type { BaseUrls } from './provider-actors.ts';
import type { Turn, TurnStep } from './turn.ts';
import type { Ids } from './ulid.ts';

export interface EngineOptions {
  /** Opened by the host, and closed by it after `stop`. */
  store: Store;
  /** Opened by the host on the same store; `stop` closes it. */
  history: JobHistory;
  workerHost: WorkerHost;
  clock: Clock;
  ids: Ids;
  random: Random;
  secrets: SecretStore;
  system: SystemMeter;
  log: Log;
  /** Base URLs from the host's environment, by provider id. */
  baseUrls?: BaseUrls;
  /** Where programs that serve models listen on this machine; absent: where they do unless they were told otherwise. */
  localServers?: readonly LocalAddress[];
  /** Absent: the workers' network cannot be set. */
  workerNetwork?: WorkerNetwork;
  /** Absent: there are no sizes and backups to show. */
  dataFolder?: DataFolder;
  /** Heartbeats and ticks of the supervisor; absent: its defaults. */
  supervisorTimings?: SupervisorTimings;
  workerLimits?: WorkerLimits;
  /** Called at each step of every turn: for measuring, and for cutting turns off in tests. */
  onTurnStep?: (step: TurnStep, turn: Turn) => void;
}
