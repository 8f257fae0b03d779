/**
 * Between the worker machine and a worker host: runs a real process as the machine's `process` logic. What concerns the
 * life of the process (ready, heartbeats, exit) goes to the machine, all else that workers say to `onMessages`.
 */
import { fromCallback } from 'xstate';
import type { ProcessCommand, ProcessInput, WorkerProcessLogic } from '../../machines/worker.context.ts';
import type { EngineToWorker, WorkerToEngine } from '../protocol/worker.ts';
import type { WorkerHost, WorkerProcess } from './ports.ts';

export interface WorkerProcesses {
  /** For `supervisorWith`. */
  readonly logic: WorkerProcessLogic;
  /**
   * To the process that this worker has now. Dropped when it has none: whatever was given to one that is gone, the
   * machine reports as lost.
   */
  send(workerId: string, messages: readonly EngineToWorker[]): void;
}

export function createWorkerProcesses(options: {
  host: WorkerHost;
  /** In the order the worker sent them, and all of them before the machine hears of its exit. */
  onMessages: (workerId: string, messages: readonly WorkerToEngine[]) => void;
}): WorkerProcesses {
  const { host, onMessages } = options;
  const processes = new Map<string, WorkerProcess>();

  const logic = fromCallback<ProcessCommand, ProcessInput>(({ input, sendBack, receive }) => {
    const { workerId, slots } = input;
    const tellMachine = (message: WorkerToEngine): boolean => {
      switch (message.type) {
        case 'ready':
          sendBack({ type: 'PROCESS_READY', pid: message.pid });
          return true;
        case 'heartbeat':
          sendBack({ type: 'PROCESS_PONG', seq: message.seq, stats: message.stats });
          return true;
        // The exit that follows says as much.
        case 'drained':
          return true;
        case 'delta':
        case 'done':
        case 'failed':
        case 'provider-report':
        case 'servers-found':
        case 'log':
          return false;
      }
    };

    const process = host.spawn(
      { id: workerId, slots },
      {
        onMessages: (messages) => {
          const rest = messages.filter((message) => !tellMachine(message));
          if (rest.length > 0) onMessages(workerId, rest);
        },
        onExit: (exit) => {
          if (processes.get(workerId) === process) processes.delete(workerId);
          sendBack({ type: 'PROCESS_EXITED', exit });
        },
      },
    );
    processes.set(workerId, process);

    receive((command) => {
      switch (command.type) {
        case 'HEARTBEAT':
          process.send([{ type: 'heartbeat', seq: command.seq }]);
          break;
        case 'DRAIN':
          process.send([{ type: 'drain' }]);
          break;
        case 'KILL':
          process.kill();
          break;
      }
    });

    return () => process.kill();
  });

  return {
    logic,
    send: (workerId, messages) => processes.get(workerId)?.send(messages),
  };
}
