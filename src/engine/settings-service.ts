/** Settings as the API offers them. */
import type { Store } from '../../db/store.ts';
import { EngineError } from './errors.ts';
import type { EngineService } from './service.ts';
import type { SettingsStore } from './settings.ts';
import type { TurnLoop } from './turn.ts';

export function createSettings(options: {
  store: Store;
  turns: TurnLoop;
  settings: SettingsStore;
  /** After the commit. */
  apply: () => void;
}): EngineService['settings'] {
  const { store, turns, settings, apply } = options;
  return {
    get: () => settings.get(),
    update: (change) =>
      turns.call('settings.update', (turn) => {
        const agentId = change.defaultAgentId;
        if (agentId !== undefined && agentId !== null && store.chat.agent(agentId) === undefined) {
          throw new EngineError('NOT_FOUND', 'This agent was removed. Choose another one as the default.');
        }
        const next = settings.update(turn, change);
        if (next.poolMin > next.poolMax) {
          throw new EngineError('BAD_REQUEST', 'poolMin must not be larger than poolMax.');
        }
        if (agentId !== undefined) turn.ring('agents');
        turn.after(apply);
        return next;
      }),
  };
}
