import { FileUp } from 'lucide-react';
import { useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommands } from '../commands/commands.ts';
import { Button } from '../components/ui/button.tsx';
import { Hint } from '../components/ui/hint.tsx';
import { useServices } from '../services.tsx';
import { importConversation } from './conversation-files.ts';

/** Opens the file picker; also a command. */
export function ImportButton({ onImported }: { readonly onImported?: (() => void) | undefined }) {
  const { t } = useTranslation('files');
  const services = useServices();
  const picker = useRef<HTMLInputElement>(null);
  useCommands(
    useMemo(
      () => [{ id: 'conversation.import', title: t('import'), group: t('group'), run: () => picker.current?.click() }],
      [t],
    ),
  );
  return (
    <>
      <input
        ref={picker}
        type="file"
        accept=".json,application/json"
        hidden
        aria-label={t('import')}
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          if (file !== undefined) void importConversation(services, file).then(() => onImported?.());
          target.value = '';
        }}
      />
      <Hint text={t('importHint')}>
        <Button variant="ghost" size="icon" aria-label={t('import')} onClick={() => picker.current?.click()}>
          <FileUp size={17} aria-hidden />
        </Button>
      </Hint>
    </>
  );
}
