import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FallbackList } from '../agents/fallback-list.tsx';
import { ModelPicker } from '../agents/model-picker.tsx';
import { NumberField } from '../agents/number-field.tsx';
import { Button } from '../components/ui/button.tsx';
import { DialogActions } from '../components/ui/dialog.tsx';
import { Field } from '../components/ui/field.tsx';
import { Select } from '../components/ui/select.tsx';
import { Problem } from '../components/ui/problem.tsx';
import type { ConversationSettings } from '../../protocol/conversations.ts';
import type { AgentId } from '../../protocol/ids.ts';
import type { AgentView } from '../../protocol/agents.ts';
import type { ConversationView } from '../../protocol/views.ts';
import { formatNumber } from '../i18n/format.ts';
import { useServices } from '../services.tsx';
import { InheritedField } from './inherited-field.tsx';
import { useRequest } from './use-request.ts';

interface OwnSettingsFormProps {
  readonly conversation: ConversationView;
  readonly agents: readonly AgentView[];
  /** Whom it is with; in a channel its lead. */
  readonly agent: AgentView;
  readonly own: ConversationSettings;
  readonly onClose: () => void;
}

const lanes = ['high', 'medium', 'low'] as const;

export function OwnSettingsForm({ conversation, agents, agent: saved, own, onClose }: OwnSettingsFormProps) {
  const { t } = useTranslation(['conversations', 'common']);
  const { client } = useServices();
  const request = useRequest();
  const [agentId, setAgentId] = useState<AgentId>(saved.id);
  const [settings, setSettings] = useState(own);
  const laneId = useId();
  const isChannel = conversation.kind === 'channel';
  const agent = agents.find(({ id }) => id === agentId) ?? saved;
  const set = (change: Partial<ConversationSettings>) => setSettings((before) => ({ ...before, ...change }));
  const setParam = (change: Partial<NonNullable<ConversationSettings['params']>>) => {
    const params = Object.fromEntries(
      Object.entries({ ...settings.params, ...change }).filter(([, value]) => value !== undefined),
    );
    set({ params: Object.keys(params).length === 0 ? null : params });
  };
  /** What it is as long as nothing of its own is set. In a channel each agent has its own. */
  const from = (value: string) =>
    isChannel ? t('conversations:own.inheritedByEach') : t('conversations:own.inherited', { name: agent.name, value });
  const none = t('conversations:own.noneSet');
  const { temperature = null, maxOutputTokens = null } = settings.params ?? {};
  const save = () => {
    const change = { id: conversation.id, ...settings, ...(isChannel || agentId === saved.id ? {} : { agentId }) };
    request.run(() => client.conversations.setSettings.mutate(change), onClose);
  };
  return (
    <form
      className="mt-1"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <p className="text-sm text-ink-soft">
        {t(isChannel ? 'conversations:own.channelHint' : 'conversations:own.hint')}
      </p>
      <div className="mt-4 space-y-4">
        {!isChannel && (
          <Field label={t('conversations:own.agent')}>
            {({ id }) => (
              <Select
                id={id}
                translate="no"
                value={agentId}
                onChange={(event) => {
                  const chosen = agents.find((candidate) => candidate.id === event.target.value);
                  if (chosen !== undefined) setAgentId(chosen.id);
                }}
              >
                {agents.map((candidate) => (
                  <option key={candidate.id} value={candidate.id}>
                    {candidate.name}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        )}
        <InheritedField
          label={t('conversations:own.model')}
          inherited={from(agent.model)}
          isOwn={settings.model !== null}
          onOwn={() => set({ model: agent.model })}
          onReset={() => set({ model: null })}
        >
          {(labelledBy) => (
            <ModelPicker value={settings.model} labelledBy={labelledBy} onChange={(model) => set({ model })} />
          )}
        </InheritedField>
        <InheritedField
          label={t('conversations:own.lane')}
          inherited={from(t(`common:lane.${agent.lane}`))}
          isOwn={settings.lane !== null}
          onOwn={() => set({ lane: agent.lane })}
          onReset={() => set({ lane: null })}
        >
          {(labelledBy) => (
            <Select
              id={laneId}
              aria-labelledby={labelledBy}
              value={settings.lane ?? agent.lane}
              onChange={(event) => set({ lane: lanes.find((lane) => lane === event.target.value) ?? agent.lane })}
            >
              {lanes.map((lane) => (
                <option key={lane} value={lane}>
                  {t(`common:lane.${lane}`)}
                </option>
              ))}
            </Select>
          )}
        </InheritedField>
        <InheritedField
          label={t('conversations:own.fallbacks')}
          inherited={from(agent.fallbacks.length === 0 ? t('common:none') : agent.fallbacks.join(', '))}
          isOwn={settings.fallbacks !== null}
          onOwn={() => set({ fallbacks: [...agent.fallbacks] })}
          onReset={() => set({ fallbacks: null })}
        >
          {(labelledBy) => (
            <FallbackList
              models={settings.fallbacks ?? []}
              labelledBy={labelledBy}
              onChange={(fallbacks) => set({ fallbacks })}
            />
          )}
        </InheritedField>
        <InheritedField
          label={t('conversations:own.systemPrompt')}
          inherited={from(agent.systemPrompt === '' ? none : agent.systemPrompt)}
          isOwn={settings.systemPrompt !== null}
          onOwn={() => set({ systemPrompt: agent.systemPrompt })}
          onReset={() => set({ systemPrompt: null })}
        >
          {(labelledBy) => (
            <textarea
              aria-labelledby={labelledBy}
              dir="auto"
              rows={4}
              maxLength={200_000}
              value={settings.systemPrompt ?? ''}
              onChange={(event) => set({ systemPrompt: event.target.value })}
              className="w-full resize-y rounded-lg border border-line-strong bg-paper px-3 py-2 text-sm"
            />
          )}
        </InheritedField>
        <div className="grid gap-4 sm:grid-cols-2">
          <InheritedField
            label={t('conversations:own.temperature')}
            inherited={from(agent.params.temperature === undefined ? none : formatNumber(agent.params.temperature))}
            isOwn={temperature !== null}
            onOwn={() => setParam({ temperature: agent.params.temperature ?? 1 })}
            onReset={() => setParam({ temperature: undefined })}
          >
            {(labelledBy) => (
              <NumberField
                aria-labelledby={labelledBy}
                value={temperature}
                min={0}
                max={2}
                onChange={(value) => setParam({ temperature: value ?? undefined })}
              />
            )}
          </InheritedField>
          <InheritedField
            label={t('conversations:own.maxOutputTokens')}
            inherited={from(
              agent.params.maxOutputTokens === undefined ? none : formatNumber(agent.params.maxOutputTokens),
            )}
            isOwn={maxOutputTokens !== null}
            onOwn={() => setParam({ maxOutputTokens: agent.params.maxOutputTokens ?? 4_096 })}
            onReset={() => setParam({ maxOutputTokens: undefined })}
          >
            {(labelledBy) => (
              <NumberField
                aria-labelledby={labelledBy}
                value={maxOutputTokens}
                min={1}
                max={1_000_000}
                whole
                onChange={(value) => setParam({ maxOutputTokens: value ?? undefined })}
              />
            )}
          </InheritedField>
        </div>
      </div>
      <Problem text={request.problem} />
      <DialogActions>
        <Button onClick={onClose}>{t('common:cancel')}</Button>
        <Button type="submit" variant="primary" disabled={request.running}>
          {t('common:save')}
        </Button>
      </DialogActions>
    </form>
  );
}
