import { useSelector } from '@xstate/react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/ui/button.tsx';
import { Dialog, DialogActions } from '../components/ui/dialog.tsx';
import { Problem } from '../components/ui/problem.tsx';
import { useRequest } from '../conversations/use-request.ts';
import type { AgentView } from '../../protocol/agents.ts';
import { useServices } from '../services.tsx';
import { forgetDraft } from './agent-drafts.ts';

interface RemoveAgentDialogProps {
  /** Null: closed. */
  readonly agent: AgentView | null;
  readonly onClose: () => void;
  readonly onRemoved: () => void;
}

/** Says what becomes of the agent's conversations before it goes. */
export function RemoveAgentDialog({ agent, onClose, onRemoved }: RemoveAgentDialogProps) {
  const { t } = useTranslation(['agents', 'common']);
  const { client, agents, conversations } = useServices();
  const { all, defaultId } = useSelector(agents, (list) => list);
  const count = useSelector(
    conversations.state,
    (list) => list.conversations.filter(({ agentId }) => agentId === agent?.id).length,
  );
  const request = useRequest();
  const heir = all.find(({ id }) => id === defaultId);
  const isDefault = agent !== null && agent.id === defaultId;
  const close = () => {
    request.clear();
    onClose();
  };
  return (
    <Dialog open={agent !== null} onClose={close} title={t(isDefault ? 'removeDefaultTitle' : 'removeTitle')}>
      {agent !== null && (
        <>
          <p className="mt-1.5 text-sm text-pretty text-ink-soft">
            {isDefault
              ? t('removeDefault', { name: agent.name })
              : t('removeWarning', { count, name: agent.name, heir: heir?.name ?? '' })}
          </p>
          <Problem text={request.problem} />
          <DialogActions>
            <Button onClick={close} autoFocus>
              {t(isDefault ? 'common:close' : 'keep')}
            </Button>
            {!isDefault && (
              <Button
                variant="danger"
                disabled={request.running}
                onClick={() =>
                  request.run(
                    () => client.agents.remove.mutate({ id: agent.id }),
                    () => {
                      forgetDraft(agent.id);
                      close();
                      onRemoved();
                    },
                  )
                }
              >
                {t('common:remove')}
              </Button>
            )}
          </DialogActions>
        </>
      )}
    </Dialog>
  );
}
