/** What can be done with one agent; each also has a name in the command palette. */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { AgentView } from '../../protocol/agents.ts';
import { useCommands, type Command } from '../commands/commands.ts';
import { describeError } from '../connection/refusal.ts';
import { useServices } from '../services.tsx';
import { navigate } from '../shell/route.ts';
import { fieldsOf } from './agent-drafts.ts';
import { exportAgents } from './agent-files.ts';

export interface AgentActions {
  duplicate(): void;
  export(): void;
  makeDefault(): void;
  /** Asks first. */
  remove(): void;
}

/** `onProblem`: why one did not work, in words for people; `onRemove`: asks whether to remove it. */
export function useAgentActions(
  agent: AgentView,
  onProblem: (problem: string | null) => void,
  onRemove: () => void,
): AgentActions {
  const { t } = useTranslation('agents');
  const { client } = useServices();
  const actions = useMemo<AgentActions>(() => {
    const attempt = (work: () => Promise<unknown>) => {
      onProblem(null);
      work().catch((error: unknown) => onProblem(describeError(error)));
    };
    return {
      duplicate: () =>
        attempt(async () => {
          const copy = { ...fieldsOf(agent), name: t('copyOf', { name: agent.name }).slice(0, 100) };
          const { id } = await client.agents.create.mutate({ requestId: crypto.randomUUID(), agent: copy });
          navigate({ page: 'agents', id });
        }),
      export: () => attempt(() => exportAgents(client, agent.name, [agent.id])),
      makeDefault: () => attempt(() => client.settings.update.mutate({ defaultAgentId: agent.id })),
      remove: onRemove,
    };
  }, [agent, client, onProblem, onRemove, t]);
  const commands = useMemo<Command[]>(() => {
    const group = t('title');
    return [
      { id: 'agent.duplicate', title: t('command.duplicate'), group, run: actions.duplicate },
      { id: 'agent.export', title: t('command.export'), group, run: actions.export },
      { id: 'agent.makeDefault', title: t('command.makeDefault'), group, run: actions.makeDefault },
      { id: 'agent.remove', title: t('command.remove'), group, run: actions.remove },
    ];
  }, [actions, t]);
  useCommands(commands);
  return actions;
}
