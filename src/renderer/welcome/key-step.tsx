import { useTranslation } from 'react-i18next';
import { ProviderEditor } from '../providers/provider-editor.tsx';
import type { Subject } from '../providers/provider-form.ts';

interface KeyStepProps {
  readonly subject: Subject;
  readonly onProvider: (id: string) => void;
  readonly onBack: () => void;
}

/** A key, tested by a real call. */
export function KeyStep({ subject, onProvider, onBack }: KeyStepProps) {
  const { t } = useTranslation('common');
  return (
    <ProviderEditor
      subject={subject}
      cancelLabel={t('back')}
      onCancel={onBack}
      onKept={(provider) => onProvider(provider.id)}
    />
  );
}
