import { useTranslation } from 'react-i18next';
import { Choice } from '../components/ui/choice.tsx';
import { Input } from '../components/ui/input.tsx';
import { lanes } from '../pool/lanes.ts';
import type { AgentView } from '../../protocol/agents.ts';
import { Setting, SettingGroup } from '../settings/setting.tsx';
import type { AgentChanges, AgentFields } from './agent-drafts.ts';
import { ColorChoice } from './color-choice.tsx';
import { FallbackList } from './fallback-list.tsx';
import { LimitSettings } from './limit-settings.tsx';
import { ModelPicker } from './model-picker.tsx';
import { NumberField } from './number-field.tsx';

interface AgentFormProps {
  readonly values: AgentFields;
  /** Null: the agent is not saved yet. */
  readonly today: AgentView['today'] | null;
  readonly onChange: (changes: AgentChanges) => void;
}

/** All that an agent is made of. */
export function AgentForm({ values, today, onChange }: AgentFormProps) {
  const { t } = useTranslation('agents');
  return (
    <>
      <SettingGroup>
        <Setting label={t('name')}>
          {({ labelId }) => (
            <Input
              aria-labelledby={labelId}
              translate="no"
              dir="auto"
              required
              maxLength={100}
              value={values.name}
              className="sm:w-72"
              onChange={(event) => onChange({ name: event.target.value })}
            />
          )}
        </Setting>
        <Setting label={t('colorTitle')}>
          {({ labelId }) => (
            <ColorChoice labelledBy={labelId} value={values.color} onChange={(color) => onChange({ color })} />
          )}
        </Setting>
        <Setting field wide label={t('systemPrompt')} hint={t('systemPromptHint')}>
          {({ fieldId, hintId }) => (
            <textarea
              id={fieldId}
              aria-describedby={hintId}
              dir="auto"
              translate="no"
              rows={8}
              maxLength={200_000}
              value={values.systemPrompt}
              onChange={(event) => onChange({ systemPrompt: event.target.value })}
              className="field-sizing-content max-h-[60dvh] min-h-32 w-full resize-y rounded-lg border border-line-strong bg-paper px-3 py-2 text-sm leading-relaxed"
            />
          )}
        </Setting>
      </SettingGroup>
      <SettingGroup title={t('modelTitle')}>
        <Setting wide label={t('model')}>
          {({ labelId }) => (
            <ModelPicker labelledBy={labelId} value={values.model} onChange={(model) => onChange({ model })} />
          )}
        </Setting>
        <Setting wide label={t('fallbacks')} hint={t('fallbacksHint')}>
          {({ labelId }) => (
            <FallbackList
              labelledBy={labelId}
              models={values.fallbacks}
              onChange={(fallbacks) => onChange({ fallbacks })}
            />
          )}
        </Setting>
        {values.fallbacks.length > 0 && (
          <Setting field label={t('fallbackAfter')} hint={t('fallbackAfterHint')}>
            {({ fieldId, hintId }) => (
              <NumberField
                id={fieldId}
                aria-describedby={hintId}
                min={0}
                max={86_400}
                unit={t('seconds')}
                value={values.fallbackAfterMs / 1_000}
                onChange={(seconds) => onChange({ fallbackAfterMs: Math.round((seconds ?? 0) * 1_000) })}
              />
            )}
          </Setting>
        )}
      </SettingGroup>
      <SettingGroup title={t('behaviour')}>
        <Setting wide label={t('lane')} hint={t('laneHint')}>
          {({ labelId, hintId }) => (
            <Choice
              labelledBy={labelId}
              describedBy={hintId}
              value={values.lane}
              onChange={(lane) => onChange({ lane })}
              options={lanes.map((lane) => ({ value: lane, label: t(`laneWords.${lane}`) }))}
            />
          )}
        </Setting>
        <Parameters values={values} onChange={onChange} />
      </SettingGroup>
      <LimitSettings values={values} today={today} onChange={onChange} />
    </>
  );
}

/** Empty: the provider decides. */
function Parameters({ values, onChange }: Pick<AgentFormProps, 'values' | 'onChange'>) {
  const { t } = useTranslation('agents');
  const { temperature, maxOutputTokens, ...others } = values.params;
  const set = (params: { temperature?: number | null; maxOutputTokens?: number | null }) => {
    const next = { temperature, maxOutputTokens, ...params };
    onChange({
      params: {
        ...others,
        ...(next.temperature == null ? {} : { temperature: next.temperature }),
        ...(next.maxOutputTokens == null ? {} : { maxOutputTokens: next.maxOutputTokens }),
      },
    });
  };
  return (
    <>
      <Setting field label={t('temperature')} hint={t('temperatureHint')}>
        {({ fieldId, hintId }) => (
          <NumberField
            id={fieldId}
            aria-describedby={hintId}
            placeholder={t('providersOwn')}
            min={0}
            max={2}
            value={temperature ?? null}
            onChange={(value) => set({ temperature: value })}
          />
        )}
      </Setting>
      <Setting field label={t('maxOutputTokens')} hint={t('maxOutputTokensHint')}>
        {({ fieldId, hintId }) => (
          <NumberField
            id={fieldId}
            aria-describedby={hintId}
            placeholder={t('providersOwn')}
            whole
            min={1}
            max={1_000_000}
            unit={t('tokens')}
            value={maxOutputTokens ?? null}
            onChange={(value) => set({ maxOutputTokens: value })}
          />
        )}
      </Setting>
    </>
  );
}
