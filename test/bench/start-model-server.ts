/** Starts the model server in its own process, and makes it a provider of an engine. */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { Engine } from '../../src/engine/engine.ts';
import { JobSpec } from '../../src/protocol/api.ts';
import type { Behaviour, ModelServerMessage } from './model-server.ts';

export interface ModelServer extends Disposable {
  readonly baseUrl: string;
  /** Resolves with the time (`monotonicMs`) at which the next request with this tag arrives. */
  arrival(tag: string): Promise<number>;
}

export async function startModelServer(): Promise<ModelServer> {
  const child = fork(join(import.meta.dirname, 'model-server.ts'), [], { execArgv: [] });
  const waiting = new Map<string, (at: number) => void>();
  const port = await new Promise<number>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the model server ended with ${code}`)));
    child.on('message', (message: ModelServerMessage) => {
      if (message.type === 'listening') {
        resolve(message.port);
        return;
      }
      waiting.get(message.tag)?.(message.at);
      waiting.delete(message.tag);
    });
  });
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    arrival: (tag) => new Promise((resolve) => waiting.set(tag, resolve)),
    [Symbol.dispose]: () => void child.kill('SIGKILL'),
  };
}

/** The provider's id in every measurement. */
const provider = 'bench';

export async function addProvider(engine: Engine, server: ModelServer): Promise<void> {
  await engine.providers.set({ id: provider, kind: 'openai-compatible', baseUrl: server.baseUrl });
}

/** A user's job that makes the model server behave like that. */
export function jobFor(behaviour: Behaviour): JobSpec {
  return JobSpec.parse({
    name: behaviour.do,
    model: `${provider}/model`,
    lane: 'high',
    messages: [{ role: 'user', content: JSON.stringify(behaviour) }],
  });
}
