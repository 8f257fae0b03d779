import { useTranslation } from 'react-i18next';
import type { ProviderView } from '../../protocol/provider-api.ts';
import { Select } from '../components/ui/select.tsx';

/** What is no model to talk to: lists hold everything that a provider has. */
const notForTalk =
  /embed|whisper|tts|dall-e|image|audio|realtime|moderation|transcribe|rerank|guard|ocr|sora|veo|imagen|aqa|babbage|davinci/iu;

/** Of models whose names say nothing, the first. */
const good = [
  /^gpt-6-luna$/u,
  /^claude-sonnet-5-5$/u,
  /^openrouter\/auto$/u,
  /gemini-.*flash/u,
  /^mistral-(?:small|medium)-latest$/u,
  /^deepseek-(?:flash|chat)$/u,
];

export function talkingModels({ models }: Pick<ProviderView, 'models'>): string[] {
  const fit = models.map(({ id }) => id).filter((id) => !notForTalk.test(id));
  return fit.length > 0 ? fit : models.map(({ id }) => id);
}

/** A good one to begin with; an empty text when there is none. */
export function suggestedModel(provider: Pick<ProviderView, 'models'>): string {
  const all = talkingModels(provider);
  const known = good.map((pattern) => all.find((id) => pattern.test(id))).find((id) => id !== undefined);
  return known ?? all[0] ?? '';
}

interface ModelSelectProps {
  readonly provider: Pick<ProviderView, 'models'>;
  readonly value: string;
  readonly onChange: (model: string) => void;
}

/** One of a provider's models. */
export function ModelSelect({ provider, value, onChange }: ModelSelectProps) {
  const { t } = useTranslation('providers');
  return (
    <Select
      aria-label={t('model')}
      translate="no"
      className="w-full"
      value={value}
      onChange={(event) => onChange(event.target.value)}
    >
      {talkingModels(provider).map((id) => (
        <option key={id} value={id}>
          {id}
        </option>
      ))}
    </Select>
  );
}
