import { useSelector } from '@xstate/react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProviderTrial, ProviderView } from '../../protocol/provider-api.ts';
import { Dialog } from '../components/ui/dialog.tsx';
import { useServices } from '../services.tsx';
import { custom, presets, type Preset } from './presets.ts';
import { ProviderEditor } from './provider-editor.tsx';
import { nameOf, type Subject } from './provider-form.ts';

/** What the dialog is about; null: it is closed. */
export type DialogSubject = 'new' | ProviderView | null;

interface ProviderDialogProps {
  readonly about: DialogSubject;
  readonly onKept: (provider: ProviderView, trial: ProviderTrial | null) => void;
  readonly onClose: () => void;
}

/** Adds a provider in two steps (which one, its key), or changes one. */
export function ProviderDialog({ about, onKept, onClose }: ProviderDialogProps) {
  const { t } = useTranslation(['providers', 'common']);
  const [chosen, setChosen] = useState<Subject | null>(null);
  const subject: Subject | null = about === null || about === 'new' ? chosen : { provider: about };
  const name = subject === null ? '' : nameOf(subject);
  const close = () => {
    setChosen(null);
    onClose();
  };
  const kept: ProviderDialogProps['onKept'] = (provider, trial) => {
    setChosen(null);
    onKept(provider, trial);
  };
  return (
    <Dialog
      open={about !== null}
      onClose={close}
      title={name === '' ? t('addTitle') : t(about === 'new' ? 'addNamed' : 'editTitle', { name })}
      className="w-[min(36rem,calc(100vw-2rem))]"
    >
      {about === 'new' && subject === null && <PresetList onChoose={setChosen} />}
      {about === 'new' && subject !== null && (
        <ProviderEditor
          subject={subject}
          onKept={kept}
          onCancel={() => setChosen(null)}
          cancelLabel={t('common:back')}
        />
      )}
      {about !== 'new' && subject !== null && <ProviderEditor subject={subject} onKept={kept} onCancel={close} />}
    </Dialog>
  );
}

/** Well-known providers, and any other. A built-in one that has no key yet is given one instead of a double. */
export function PresetList({ onChoose }: { readonly onChoose: (subject: Subject) => void }) {
  const { t } = useTranslation('providers');
  const { providers } = useServices();
  const known = useSelector(providers, (all) => all);
  const choose = (preset: Preset) => {
    const builtIn = known.find(({ id, keySource }) => id === preset.id && keySource === 'none');
    onChoose(builtIn?.builtIn === true ? { provider: builtIn } : { preset });
  };
  return (
    <>
      <p className="mt-1 text-sm text-ink-soft">{t('choosePreset')}</p>
      <ul className="mt-4 grid grid-cols-[repeat(auto-fill,minmax(9rem,1fr))] gap-2">
        {presets.map((preset) => (
          <li key={preset.id}>
            <PresetButton onClick={() => choose(preset)}>
              <span translate="no">{preset.name}</span>
            </PresetButton>
          </li>
        ))}
        <li>
          <PresetButton onClick={() => onChoose({ preset: custom })}>{t('other')}</PresetButton>
        </li>
      </ul>
    </>
  );
}

function PresetButton({ onClick, children }: { readonly onClick: () => void; readonly children: ReactNode }) {
  return (
    <button
      type="button"
      onClick={onClick}
      className="h-12 w-full rounded-xl border border-line-strong bg-raised px-3 text-left text-sm font-medium transition-colors hover:bg-tint"
    >
      {children}
    </button>
  );
}
